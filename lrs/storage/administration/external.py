"""People whom an OpenID provider knows, and sign-ins there that are under way."""

from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, AlsoOf, nothing, nothing_of
from lrs.storage.administration.moments import digest_of
from lrs.storage.administration.people import People, Person, person_of
from lrs.storage.administration.sessions import SignedIn
from lrs.storage.database.engine import Database
from lrs.storage.schema import external_identities, sign_in_requests, users

_WAY = "openid"
_REQUEST_US = 10 * 60 * 1_000_000
_LONGEST_NAME = 150
_MOST_NAMES = 1_000


class Request(NamedTuple):
    """What was sent to the provider and must come back, and where to go afterwards."""

    nonce: str
    verifier: str
    next: str


class ExternalSignIns:
    """Sign-ins with an OpenID provider. A state is good once, and for ten minutes."""

    def __init__(self, database: Database, people: People, sessions: SignedIn) -> None:
        self._database, self._people, self._sessions = database, people, sessions

    def begin(self, state: str, request: Request) -> None:
        """Remember a request under its state, of which only the digest is kept."""
        now_us = moments.now_us()
        with self._database.write() as connection:
            connection.execute(
                delete(sign_in_requests).where(sign_in_requests.c.expires_us < now_us)
            )
            connection.execute(
                sign_in_requests.insert().values(
                    digest=digest_of(state), expires_us=now_us + _REQUEST_US, **request._asdict()
                )
            )

    def finish(self, state: str) -> Request | None:
        """Use a state up; None when it is none of ours, or was used before."""
        table = sign_in_requests
        with self._database.write() as connection:
            row = connection.execute(
                delete(table)
                .where(table.c.digest == digest_of(state))
                .returning(table.c.nonce, table.c.verifier, table.c.next, table.c.expires_us)
            ).first()
        if row is None or row.expires_us < moments.now_us():
            return None
        return Request(row.nonce, row.verifier, row.next)

    def person(self, issuer: str, subject: str) -> Person | None:
        """Who this is here; None: nobody yet."""
        query = (
            select(users)
            .join(external_identities, external_identities.c.user == users.c.id)
            .where(external_identities.c.issuer == issuer, external_identities.c.subject == subject)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else person_of(row)

    def link(self, person: Person, issuer: str, subject: str, also: Also = nothing) -> None:
        """Say who a person is at a provider. Raises Conflict when that is somebody else already."""
        try:
            with self._database.write() as connection:
                connection.execute(
                    external_identities.insert().values(
                        issuer=issuer, subject=subject, user=person.id
                    )
                )
                also(connection)
        except IntegrityError as error:
            raise Conflict("This subject of the provider is somebody already.") from error

    def create(
        self, issuer: str, subject: str, name: str, role: str, also: AlsoOf[Person] = nothing_of
    ) -> Person:
        """Make somebody known whom the provider knows.

        Never somebody who is here already, whatever name the provider gives: a number is added.
        """
        wanted = "".join(one for one in name if one.isprintable()).strip()[:_LONGEST_NAME]
        for number in range(1, _MOST_NAMES):
            try:
                made = self._people.create(
                    (wanted or "somebody") + (f" {number}" if number > 1 else ""), role, also
                )
            except Conflict:
                continue
            self.link(made, issuer, subject)
            return made
        raise Conflict("Too many people have this name.")

    def sign_in(self, person: Person, before: str | None = None) -> str:
        """The token of a new session, instead of the one that the browser had `before`."""
        with self._database.write() as connection:
            return self._sessions.open(connection, person.id, _WAY, before)
