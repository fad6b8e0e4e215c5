"""People who sign in: who they are, one-time links, and sessions.

Only the SHA-256 of a link's or a session's token is kept. A link works once and for an hour; a
session for twelve hours.
"""

import hashlib
import secrets as random
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.database.engine import Database
from lrs.storage.schema import tokens, users

ROLES = ("administrator", "analyst", "teacher", "learner")
_LINK, _SESSION = "link", "session"
_LINK_US = 60 * 60 * 1_000_000
SESSION_SECONDS = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. role: one of ROLES."""

    id: int
    name: str
    role: str


class People:
    """Making people known, signing them in and out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, role: str) -> Person:
        """Raises Conflict when the name is taken, InvalidRequest for an unknown role."""
        if role not in ROLES:
            raise InvalidRequest(f"Unknown role {role!r}; choose one of {', '.join(ROLES)}.")
        row = {"name": name, "role": role, "created_us": _now_us()}
        try:
            with self._database.write() as connection:
                number = connection.execute(
                    users.insert().values(**row).returning(users.c.id)
                ).scalar_one()
        except IntegrityError as error:
            raise Conflict(f"There is somebody named {name!r} already.") from error
        return Person(number, name, role)

    def get(self, name: str) -> Person:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is nobody named {name!r}; `lrs user list` names them.")
        return _person(row)

    def list(self) -> list[Person]:
        with self._database.read() as connection:
            rows = connection.execute(select(users).order_by(users.c.id)).all()
        return [_person(row) for row in rows]

    def link(self, person: Person) -> str:
        """A token that signs this person in once, within the hour."""
        with self._database.write() as connection:
            return _issue(connection, person.id, _LINK, _LINK_US)

    def sign_in(self, token: str) -> str | None:
        """Use a link up; the token of a new session, or None when the link is not good (any more).

        Of two who use it at once, one is signed in.
        """
        with self._database.write() as connection:
            used = connection.execute(
                delete(tokens)
                .where(tokens.c.digest == _digest(token), tokens.c.kind == _LINK)
                .returning(tokens.c.user, tokens.c.expires_us)
            ).first()
            connection.execute(delete(tokens).where(tokens.c.expires_us < _now_us()))
            if used is None or used.expires_us < _now_us():
                return None
            return _issue(connection, used.user, _SESSION, SESSION_SECONDS * 1_000_000)

    def signed_in(self, session: str) -> Person | None:
        """Whose session this is; None when it is over, or none of ours."""
        query = (
            select(users)
            .join(tokens, tokens.c.user == users.c.id)
            .where(
                tokens.c.digest == _digest(session),
                tokens.c.kind == _SESSION,
                tokens.c.expires_us >= _now_us(),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return _person(row) if row is not None else None

    def sign_out(self, session: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(tokens).where(tokens.c.digest == _digest(session)))


def _issue(connection: Connection, user: int, kind: str, valid_us: int) -> str:
    token = random.token_urlsafe(32)
    connection.execute(
        tokens.insert().values(
            digest=_digest(token), user=user, kind=kind, expires_us=_now_us() + valid_us
        )
    )
    return token


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.role)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _now_us() -> int:
    return time.time_ns() // 1000
