"""Access tokens of people, for programs that act as them (RFC 6750): hashed, and never for ever."""

import secrets as random
from dataclasses import dataclass

from sqlalchemy import select

from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, AlsoOf, nothing, nothing_of
from lrs.storage.administration.moments import digest_of
from lrs.storage.administration.people import Person, person_of
from lrs.storage.database.engine import Database
from lrs.storage.schema import access_tokens, users

PREFIX = "lrs_"  # so that scanners of published code find one that was published
MOST_DAYS = 366
_DAY_US = 24 * 60 * 60 * 1_000_000
_COARSE_US = 60 * 1_000_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as it may be shown: `id` names it and opens nothing."""

    id: str
    name: str
    created_us: int
    used_us: int | None
    expires_us: int


class AccessTokens:
    """Tokens that stand for a person, with the role the person has when they are used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, person: Person, name: str, days: int, also: AlsoOf[AccessToken] = nothing_of
    ) -> tuple[AccessToken, str]:
        """A new token, and its text, which is shown this once. Raises InvalidRequest."""
        if not 1 <= days <= MOST_DAYS:
            raise InvalidRequest(f"A token is good for 1 to {MOST_DAYS} days.")
        if not 0 < len(name) <= _LONGEST or not name.isprintable():
            raise InvalidRequest(f"A token's name has from 1 to {_LONGEST} printable characters.")
        text, now_us = PREFIX + random.token_urlsafe(32), moments.now_us()
        made = AccessToken(random.token_hex(8), name, now_us, None, now_us + days * _DAY_US)
        with self._database.write() as connection:
            connection.execute(
                access_tokens.insert().values(
                    digest=digest_of(text),
                    id=made.id,
                    user=person.id,
                    name=name,
                    created_us=now_us,
                    expires_us=made.expires_us,
                )
            )
            also(connection, made)
        return made, text

    def person(self, text: str) -> Person | None:
        """Whose token this is; None when it is over, revoked, or none of ours."""
        if not text.startswith(PREFIX) or len(text) > _LONGEST:
            return None
        now_us, digest = moments.now_us(), digest_of(text)
        query = (
            select(users, access_tokens.c.used_us)
            .join(access_tokens, access_tokens.c.user == users.c.id)
            .where(
                access_tokens.c.digest == digest,
                access_tokens.c.expires_us >= now_us,
                access_tokens.c.revoked_us.is_(None),
                users.c.disabled_us.is_(None),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if row.used_us is None or row.used_us < now_us - _COARSE_US:
            with self._database.write() as connection:
                connection.execute(
                    access_tokens.update()
                    .where(access_tokens.c.digest == digest)
                    .values(used_us=now_us)
                )
        return person_of(row)

    def list(self, person: Person) -> list[AccessToken]:
        """A person's tokens that are good, the newest first."""
        query = (
            select(access_tokens)
            .where(
                access_tokens.c.user == person.id,
                access_tokens.c.expires_us >= moments.now_us(),
                access_tokens.c.revoked_us.is_(None),
            )
            .order_by(access_tokens.c.created_us.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            AccessToken(row.id, row.name, row.created_us, row.used_us, row.expires_us)
            for row in rows
        ]

    def revoke(self, person: Person, token: str, also: Also = nothing) -> None:
        """Refuse a person's token from now on, by its `id`. Raises NotFound."""
        with self._database.write() as connection:
            changed = connection.execute(
                access_tokens.update()
                .where(
                    access_tokens.c.user == person.id,
                    access_tokens.c.id == token,
                    access_tokens.c.revoked_us.is_(None),
                )
                .values(revoked_us=moments.now_us())
            ).rowcount
            if not changed:
                raise NotFound("There is no such token.")
            also(connection)
