"""Credentials of tools: a key and a secret with scopes, for one store."""

import hashlib
import hmac
import secrets as random
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.exc import IntegrityError

from lrs.errors import Conflict, Forbidden, InvalidRequest, LrsError, NotFound
from lrs.storage.administration import moments
from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.stores import AUDIT, Store, Stores
from lrs.storage.database.engine import Database
from lrs.storage.log import authorities as authority_table
from lrs.storage.log.authorities import Authority
from lrs.storage.schema import authorities, credentials
from lrs.xapi.timestamps import format_us

# xAPI 1.0.3, Communication 4.2
SCOPES = frozenset(
    {
        "statements/write",
        "statements/read",
        "statements/read/mine",
        "state",
        "define",
        "profile",
        "all/read",
        "all",
    }
)
_REMEMBER_SECONDS = 5.0
_REMEMBER_MOST = 10_000
_MICROSECONDS = 1_000_000
_COARSE_US = 10 * 60 * _MICROSECONDS  # a use is written down every ten minutes
_FOR_EVER_US = 2**62
MOST_GRACE_SECONDS = 90 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Credential:
    """A tool's right to act in one store.

    expires_us: when it ends by itself, None: never. used_us: about when it was last used.
    previous_until_us: until when the secret before the last rotation is good too.
    """

    id: int
    store: Store = field(repr=False)
    name: str
    key: str
    scopes: frozenset[str]
    authority: Authority = field(repr=False)
    expires_us: int | None = None
    used_us: int | None = None
    previous_until_us: int | None = None

    def allows(self, *scopes: str) -> bool:
        """Whether any of these scopes, or `all`, was granted."""
        return "all" in self.scopes or not self.scopes.isdisjoint(scopes)

    def plain(self) -> dict[str, Any]:
        """What may be shown of it: everything but the secret, which is not known here."""
        return {
            "store": self.store.name,
            "name": self.name,
            "key": self.key,
            "scopes": sorted(self.scopes),
            "expires": _text(self.expires_us),
            "used": _text(self.used_us),
            "previous_secret_until": _text(self.previous_until_us),
        }


class Credentials:
    """Making, finding and revoking credentials.

    Secrets are 256-bit random (or chosen by the administrator) and kept only as SHA-256. A
    positive answer is remembered for five seconds, so that is how long a revoked one still works.
    beside: writes down that a credential was used, so that no request waits for it.
    """

    def __init__(self, database: Database, stores: Stores, beside: Executor | None = None) -> None:
        self._database = database
        self._stores = stores
        self._known: dict[tuple[str, bytes], tuple[float, Credential]] = {}
        self._beside = beside

    def authenticate(self, key: str, secret: str) -> Credential | None:
        """The credential with this key and secret, or None; takes as long for either fault."""
        digest = _digest(secret)
        known = self._fresh(key, digest)
        if known is not None:
            return known
        with self._database.read() as connection:
            row = connection.execute(_query().where(credentials.c.key == key)).first()
        now_us = moments.now_us()
        until_us = _good_until_us(row, digest, now_us)
        if row is None or until_us is None:
            return None
        if row.used_us is None or row.used_us < now_us - _COARSE_US:
            self._used(row.id, now_us)
        found = self._credential(row)
        if len(self._known) >= _REMEMBER_MOST:
            self._known.clear()
        seconds = min(_REMEMBER_SECONDS, (until_us - now_us) / _MICROSECONDS)
        self._known[(key, digest)] = (time.monotonic() + seconds, found)
        return found

    def _used(self, number: int, now_us: int) -> None:
        if self._beside is not None:
            self._beside.submit(self._note_use, number, now_us)
        else:
            self._note_use(number, now_us)

    def _note_use(self, number: int, now_us: int) -> None:
        with suppress(LrsError), self._database.write() as connection:
            connection.execute(
                credentials.update().where(credentials.c.id == number).values(used_us=now_us)
            )

    def remembered(self, key: str, secret: str) -> Credential | None:
        """The credential, if it was found in the last seconds; never asks the database."""
        return self._fresh(key, _digest(secret))

    def _fresh(self, key: str, digest: bytes) -> Credential | None:
        known = self._known.get((key, digest))
        return known[1] if known is not None and known[0] > time.monotonic() else None

    def create(
        self,
        store: Store,
        *,
        name: str,
        scopes: Iterable[str],
        origin: str,
        key: str | None = None,
        secret: str | None = None,
        expires_us: int | None = None,
        also: Also = nothing,
    ) -> tuple[Credential, str]:
        """A new credential and its secret, which is shown this once and kept only as a digest.

        origin: the home page of the account by which its statements name it as authority.
        Raises InvalidRequest for an unknown scope, Conflict for a key in use.
        """
        if store.name == AUDIT:
            raise Forbidden("The audit is written by the server alone; no tool has a key to it.")
        granted = frozenset(scopes)
        if not granted or granted - SCOPES:
            unknown = ", ".join(sorted(granted - SCOPES)) or "none given"
            raise InvalidRequest(f"Unknown scope ({unknown}); choose from {sorted(SCOPES)}.")
        if key is not None and (not key or ":" in key):
            raise InvalidRequest("A key may not be empty or contain a colon (HTTP Basic).")
        if expires_us is not None and expires_us <= moments.now_us():
            raise InvalidRequest("A credential expires in the future, or never.")
        key, secret = key or random.token_hex(16), secret or _new_secret()
        body = authority_table.for_credential(origin, str(uuid.uuid4()))
        try:
            with self._database.write() as connection:
                authority = authority_table.find_or_create(connection, store, body)
                connection.execute(
                    credentials.insert().values(
                        store=store.id,
                        name=name,
                        key=key,
                        secret_sha256=_digest(secret),
                        scopes=" ".join(sorted(granted)),
                        authority=authority.id,
                        created_us=moments.now_us(),
                        expires_us=expires_us,
                    )
                )
                also(connection)
        except IntegrityError as error:
            raise Conflict(f"The key {key!r} is in use.") from error
        return self.get(key), secret

    def rotate(
        self,
        key: str,
        *,
        grace_seconds: int = 0,
        secret: str | None = None,
        also: Also = nothing,
    ) -> tuple[Credential, str]:
        """A new secret for a credential, shown this once; the authority stays what it is.

        grace_seconds: for how long the secret until now is good too, so that a tool can change
        over without a gap. One that was still good from an earlier rotation ends at once. Raises
        NotFound, InvalidRequest.
        """
        if not 0 <= grace_seconds <= MOST_GRACE_SECONDS:
            raise InvalidRequest(f"A grace period has at most {MOST_GRACE_SECONDS} seconds.")
        secret = secret or _new_secret()
        until_us = moments.now_us() + grace_seconds * _MICROSECONDS if grace_seconds else None
        with self._database.write() as connection:
            changed = connection.execute(
                credentials.update()
                .where(credentials.c.key == key, credentials.c.revoked_us.is_(None))
                .values(
                    previous_sha256=credentials.c.secret_sha256 if grace_seconds else None,
                    previous_until_us=until_us,
                    secret_sha256=_digest(secret),
                )
            ).rowcount
            if changed:
                also(connection)
        if not changed:
            raise NotFound(f"There is no credential with the key {key!r}.")
        self._known.clear()
        return self.get(key), secret

    def get(self, key: str) -> Credential:
        """The credential with this key. Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(_query().where(credentials.c.key == key)).first()
        if row is None:
            raise NotFound(f"There is no credential with the key {key!r}.")
        return self._credential(row)

    def list(self, store: Store | None = None) -> list[Credential]:
        """The credentials not revoked, of one store or of all."""
        query = _query().where(credentials.c.revoked_us.is_(None)).order_by(credentials.c.id)
        if store is not None:
            query = query.where(credentials.c.store == store.id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [self._credential(row) for row in rows]

    def revoke(self, key: str, also: Also = nothing) -> None:
        """Refuse this credential from now on (other processes within five seconds)."""
        with self._database.write() as connection:
            changed = connection.execute(
                credentials.update()
                .where(credentials.c.key == key, credentials.c.revoked_us.is_(None))
                .values(revoked_us=moments.now_us())
            ).rowcount
            if changed:
                also(connection)
        if not changed:
            raise NotFound(f"There is no credential with the key {key!r}.")
        self._known.clear()

    def _credential(self, row: Row[Any]) -> Credential:
        return Credential(
            row.id,
            self._stores.by_id(row.store),
            row.name,
            row.key,
            frozenset(row.scopes.split()),
            Authority(row.authority, bytes(row.body)),
            row.expires_us,
            row.used_us,
            row.previous_until_us,
        )


def _good_until_us(row: Row[Any] | None, digest: bytes, now_us: int) -> int | None:
    """Until when this secret opens the credential; None: it does not. Both secrets are compared,
    whether there are any, so that no answer is faster than another."""
    nothing = bytes(32)
    current = bytes(row.secret_sha256) if row is not None else nothing
    before = bytes(row.previous_sha256 or nothing) if row is not None else nothing
    is_current = hmac.compare_digest(current, digest)
    is_before = hmac.compare_digest(before, digest)
    if row is None or row.revoked_us is not None:
        return None
    end_us = _FOR_EVER_US if row.expires_us is None else row.expires_us
    if not is_current:
        end_us = min(end_us, row.previous_until_us or 0) if is_before else 0
    return int(end_us) if end_us > now_us else None


def _text(moment_us: int | None) -> str | None:
    return None if moment_us is None else format_us(moment_us)


def _query() -> Select[Any]:
    return select(credentials, authorities.c.body).join(
        authorities, authorities.c.id == credentials.c.authority
    )


def _new_secret() -> str:
    """256 random bits. Never with a hyphen in front, which command lines take for an option."""
    while (made := random.token_urlsafe(32)).startswith("-"):
        pass
    return made


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
