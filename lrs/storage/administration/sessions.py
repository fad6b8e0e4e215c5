"""Sessions of people who are signed in: they end by age, by idleness, or when they are revoked."""

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select

from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.moments import digest_of
from lrs.storage.database.engine import Database
from lrs.storage.schema import identities, own_identities, sessions, users

SESSION_SECONDS = 12 * 60 * 60
IDLE_SECONDS = 2 * 60 * 60
_MICROSECONDS = 1_000_000
_COARSE_US = 60 * _MICROSECONDS  # a use is written down once a minute, not at every request
_TOKEN_LENGTHS = range(1, 200)
_LEARNS = exists().where(
    own_identities.c.user == users.c.id,
    identities.c.store == own_identities.c.store,
    identities.c.agent == own_identities.c.agent,
)
Began = Callable[[Connection, int, str], object]


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it may be shown: `id` names it and opens nothing. way: how it began."""

    id: str
    way: str
    created_us: int
    used_us: int
    expires_us: int


class SignedIn:
    """The sessions that are open.

    longest, idle: seconds after which a session is over, from its beginning, and unused.
    began, ended: told the person and the way of each session that begins, or is ended by whoever
    has it, in that transaction: the audit.
    """

    def __init__(
        self,
        database: Database,
        *,
        longest: int = SESSION_SECONDS,
        idle: int = IDLE_SECONDS,
        began: Began | None = None,
        ended: Began | None = None,
    ) -> None:
        self._began, self._ended = began, ended
        self._database = database
        self._longest_us, self._idle_us = longest * _MICROSECONDS, idle * _MICROSECONDS

    def open(self, connection: Connection, user: int, way: str, before: str | None = None) -> str:
        """A new session in the caller's transaction; its token.

        before: the token the browser had until now. It is ended: whoever planted or copied it
        has nothing of the new one.
        """
        token, now_us = random.token_urlsafe(32), moments.now_us()
        connection.execute(
            delete(sessions).where(
                (sessions.c.expires_us < now_us) | (sessions.c.used_us < now_us - self._idle_us)
            )
        )
        if before:
            connection.execute(delete(sessions).where(sessions.c.digest == digest_of(before)))
        connection.execute(
            sessions.insert().values(
                digest=digest_of(token),
                id=random.token_hex(8),
                user=user,
                way=way,
                created_us=now_us,
                used_us=now_us,
                expires_us=now_us + self._longest_us,
            )
        )
        if self._began is not None:
            self._began(connection, user, way)
        return token

    def user(self, token: str) -> Row[Any] | None:
        """The row of `users` whose session it is, with whether they are a learner as well
        (`learns`); None when it is over, or none of ours."""
        if len(token) not in _TOKEN_LENGTHS:
            return None
        now_us, digest = moments.now_us(), digest_of(token)
        query = (
            select(users, sessions.c.used_us, _LEARNS.label("learns"))
            .join(sessions, sessions.c.user == users.c.id)
            .where(
                sessions.c.digest == digest,
                sessions.c.expires_us >= now_us,
                sessions.c.used_us >= now_us - self._idle_us,
                users.c.disabled_us.is_(None),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is not None and row.used_us < now_us - _COARSE_US:
            with self._database.write() as connection:
                connection.execute(
                    sessions.update().where(sessions.c.digest == digest).values(used_us=now_us)
                )
        return row

    def close(self, token: str) -> None:
        """End the session with this token."""
        with self._database.write() as connection:
            gone = connection.execute(
                delete(sessions)
                .where(sessions.c.digest == digest_of(token))
                .returning(sessions.c.user, sessions.c.way)
            ).first()
            if gone is not None and self._ended is not None:
                self._ended(connection, gone.user, gone.way)

    def list(self, user: int) -> list[Session]:
        """A person's open sessions, the latest first."""
        now_us = moments.now_us()
        query = (
            select(sessions)
            .where(
                sessions.c.user == user,
                sessions.c.expires_us >= now_us,
                sessions.c.used_us >= now_us - self._idle_us,
            )
            .order_by(sessions.c.created_us.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [_session(row) for row in rows]

    def named(self, token: str) -> Session | None:
        """The open session with this token."""
        query = select(sessions).where(sessions.c.digest == digest_of(token))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _session(row)

    def revoke(self, user: int, session: str | None = None, also: Also = nothing) -> int:
        """End one of a person's sessions by its `id`, or all; how many were ended.

        also: called if there were any.
        """
        chosen = delete(sessions).where(sessions.c.user == user)
        if session is not None:
            chosen = chosen.where(sessions.c.id == session)
        with self._database.write() as connection:
            ended = connection.execute(chosen).rowcount
            if ended:
                also(connection)
        return ended


def _session(row: Row[Any]) -> Session:
    return Session(row.id, row.way, row.created_us, row.used_us, row.expires_us)
