"""People who may sign in: who they are, and one-time links.

Only the SHA-256 of a link's token is kept. A link works once and for an hour.
"""

import secrets as random
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, AlsoOf, nothing, nothing_of
from lrs.storage.administration.moments import digest_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.database.engine import Database
from lrs.storage.schema import access_tokens, sessions, tokens, users

ROLES = ("administrator", "analyst", "teacher", "coach", "learner")
_LINK = "link"
LINK_US = 60 * 60 * 1_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. role: one of ROLES. learns: whether they are a learner as well, as
    far as that was looked up: for whoever is signed in."""

    id: int
    name: str
    role: str
    disabled: bool = False
    learns: bool = field(default=False, compare=False)


class People:
    """Making people known, and signing them in and out.

    A person who is disabled can neither sign in nor use what they signed in with before.
    """

    def __init__(self, database: Database, sessions: SignedIn | None = None) -> None:
        self._database = database
        self._sessions = sessions or SignedIn(database)

    def create(self, name: str, role: str, also: AlsoOf[Person] = nothing_of) -> Person:
        """Raises Conflict when the name is taken, InvalidRequest for an unknown role."""
        check_role(role)
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise InvalidRequest(f"A name has from 1 to {_LONGEST_NAME} printable characters.")
        row = {"name": name, "role": role, "created_us": moments.now_us()}
        try:
            with self._database.write() as connection:
                number = connection.execute(
                    users.insert().values(**row).returning(users.c.id)
                ).scalar_one()
                also(connection, Person(number, name, role))
        except IntegrityError as error:
            raise Conflict(f"There is somebody named {name!r} already.") from error
        return Person(number, name, role)

    def get(self, name: str) -> Person:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is nobody named {name!r}; `lrs user list` names them.")
        return person_of(row)

    def numbered(self, number: int) -> Person | None:
        """By the number that their account has."""
        with self._database.read() as connection:
            row = connection.execute(select(users).where(users.c.id == number)).first()
        return None if row is None else person_of(row)

    def account(self, name: str) -> str:
        """The account of whoever has this name; the text itself when nobody has."""
        if "\0" in name:
            return name
        with self._database.read() as connection:
            number = connection.scalar(select(users.c.id).where(users.c.name == name))
        return name if number is None else f"user-{number}"

    def list(self) -> list[Person]:
        with self._database.read() as connection:
            rows = connection.execute(select(users).order_by(users.c.id)).all()
        return [person_of(row) for row in rows]

    def assign(self, person: Person, role: str, also: Also = nothing) -> Person:
        """Give somebody another role; what they are signed in with has it from then on."""
        check_role(role)
        with self._database.write() as connection:
            connection.execute(users.update().where(users.c.id == person.id).values(role=role))
            also(connection)
        return Person(person.id, person.name, role, person.disabled)

    def disable(self, person: Person, also: Also = nothing) -> None:
        """Refuse this person from now on: their links, sessions and tokens end."""
        now_us = moments.now_us()
        with self._database.write() as connection:
            connection.execute(
                users.update().where(users.c.id == person.id).values(disabled_us=now_us)
            )
            for table in (tokens, sessions, access_tokens):
                connection.execute(delete(table).where(table.c.user == person.id))
            also(connection)

    def enable(self, person: Person, also: Also = nothing) -> None:
        """Let a disabled person sign in again."""
        with self._database.write() as connection:
            connection.execute(
                users.update().where(users.c.id == person.id).values(disabled_us=None)
            )
            also(connection)

    def link(self, person: Person, also: Also = nothing) -> str:
        """A token that signs this person in once, within the hour."""
        token = random.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(
                tokens.insert().values(
                    digest=digest_of(token),
                    user=person.id,
                    kind=_LINK,
                    expires_us=moments.now_us() + LINK_US,
                )
            )
            also(connection)
        return token

    def whose_link(self, token: str) -> str | None:
        """The name of whom a link signs in, while it does; looking uses nothing up."""
        with self._database.read() as connection:
            found = connection.execute(
                select(users.c.name, users.c.disabled_us)
                .join(tokens, tokens.c.user == users.c.id)
                .where(
                    tokens.c.digest == digest_of(token), tokens.c.kind == _LINK,
                    tokens.c.expires_us >= moments.now_us(),
                )
            ).first()  # fmt: skip
        return None if found is None or found.disabled_us is not None else str(found.name)

    def sign_in(self, token: str, before: str | None = None) -> str | None:
        """Use a link up; the token of a new session, instead of the one that the browser had
        `before`. None when the link is not good (any more).

        Of two who use it at once, one is signed in.
        """
        now_us = moments.now_us()
        with self._database.write() as connection:
            used = connection.execute(
                delete(tokens)
                .where(tokens.c.digest == digest_of(token), tokens.c.kind == _LINK)
                .returning(tokens.c.user, tokens.c.expires_us)
            ).first()
            connection.execute(delete(tokens).where(tokens.c.expires_us < now_us))
            if used is None or used.expires_us < now_us:
                return None
            row = connection.execute(select(users).where(users.c.id == used.user)).first()
            if row is None or row.disabled_us is not None:
                return None
            return self._sessions.open(connection, used.user, _LINK, before)

    def signed_in(self, session: str) -> Person | None:
        """Whose session this is; None when it is over, or none of ours."""
        row = self._sessions.user(session)
        return None if row is None else replace(person_of(row), learns=bool(row.learns))

    def sign_out(self, session: str) -> None:
        """End a session."""
        self._sessions.close(session)


def account_of(person: Person) -> str:
    """By which name statements and the audit know somebody: never by what people call them."""
    return f"user-{person.id}"


def check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidRequest(f"Unknown role {role!r}; choose one of {', '.join(ROLES)}.")


def person_of(row: Row[Any]) -> Person:
    """The person of a row of `users`."""
    return Person(row.id, row.name, row.role, row.disabled_us is not None)
