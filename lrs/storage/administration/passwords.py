"""Passwords: kept as Argon2id (RFC 9106), checked with the same work whether anybody has them."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select

from lrs.errors import InvalidRequest
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.people import Person, person_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.database.engine import Database
from lrs.storage.schema import passwords, sessions, users

SHORTEST = 10  # NIST SP 800-63B-4 asks for length and for no rules of composition
LONGEST = 1_000
# 19 MiB, two passes, one lane: about 30 ms, and a few at once are no danger to memory
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody's password")
_AT_ONCE = threading.BoundedSemaphore(4)
_WAY = "password"


class Passwords:
    """Setting and checking passwords. Both take tens of milliseconds: not for an event loop."""

    def __init__(self, database: Database, sessions: SignedIn) -> None:
        self._database, self._sessions = database, sessions

    def set(self, person: Person, password: str, also: Also = nothing) -> None:
        """Give a person this password; every session of theirs ends. Raises InvalidRequest."""
        check(password, person.name)
        made = _hash(password)
        row = {"hash": made, "changed_us": moments.now_us()}
        with self._database.write() as connection:
            connection.execute(delete(passwords).where(passwords.c.user == person.id))
            connection.execute(passwords.insert().values(user=person.id, **row))
            connection.execute(delete(sessions).where(sessions.c.user == person.id))
            also(connection)

    def has(self, person: Person) -> bool:
        """Whether a person can sign in with a password at all."""
        query = select(passwords.c.user).where(passwords.c.user == person.id)
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def matching(self, name: str, password: str) -> Person | None:
        """Who has this name and password; None whichever is wrong, after the same work."""
        if "\0" in name or len(name) > LONGEST:
            name = ""
        query = (
            select(users, passwords.c.hash)
            .join(passwords, passwords.c.user == users.c.id)
            .where(users.c.name == name, users.c.disabled_us.is_(None))
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        good = _verify(_NOBODY if row is None else row.hash, password)
        return person_of(row) if good and row is not None else None

    def sign_in(self, person: Person, before: str | None = None) -> str:
        """The token of a new session, instead of the one that the browser had `before`."""
        with self._database.write() as connection:
            return self._sessions.open(connection, person.id, _WAY, before)


def check(password: str, name: str = "") -> None:
    """Raise InvalidRequest unless this may be a password of somebody with this name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidRequest(
            f"A password has at least {SHORTEST} and at most {LONGEST} characters."
        )
    if len(set(password)) == 1 or password.casefold() == name.casefold():
        raise InvalidRequest("A password is neither one repeated character nor the name.")


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_composed(password))


def _verify(kept: str, password: str) -> bool:
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept, _composed(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False


def _composed(password: str) -> str:
    """The same bytes whichever keyboard typed it (RFC 8265 asks for NFC)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()
