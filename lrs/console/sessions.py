"""Who is signed in, by the session cookie; see `lrs.storage.administration.sessions`."""

from collections.abc import Mapping

from starlette.responses import Response

from lrs.storage.administration.people import People, Person
from lrs.storage.administration.sessions import SESSION_SECONDS

COOKIE = "lrs_session"


class CookieSessions:
    """The people whose browsers carry a session cookie.

    path: where the console is, for the outside. secure: send the cookie over TLS only. longest:
    seconds after which a session is over.
    """

    def __init__(
        self, people: People, *, path: str, secure: bool, longest: int = SESSION_SECONDS
    ) -> None:
        self._people, self._path, self._secure = people, path or "/", secure
        self._longest = longest

    def person(self, cookies: Mapping[str, str]) -> Person | None:
        token = cookies.get(COOKIE)
        return self._people.signed_in(token) if token else None

    def open(self, response: Response, session: str) -> None:
        """Give the browser its session."""
        response.set_cookie(
            COOKIE, session, max_age=self._longest, path=self._path, secure=self._secure,
            httponly=True, samesite="lax",
        )  # fmt: skip

    def close(self, cookies: Mapping[str, str], response: Response) -> None:
        """End the session, here and in the browser."""
        token = cookies.get(COOKIE)
        if token:
            self._people.sign_out(token)
        response.delete_cookie(
            COOKIE, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )
