"""Signed tree heads: what a store's log commits itself to, at most once a second.

A head is signed only if the log still begins with the last one that was signed, by the file
outside the database. So a log that was rewritten or rolled back gets no signature, and everybody
who looks is told so.
"""

import threading
import time
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import IntegrityError

from lrs.errors import LrsError
from lrs.merkle import checkpoint
from lrs.merkle.checkpoint import Checkpoint
from lrs.merkle.errors import NotVerified
from lrs.merkle.frontier import Frontier
from lrs.merkle.note import Signer, Verifier
from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside, OutsideHead
from lrs.storage.proofs.tree import Completed, Tree
from lrs.storage.schema import origins, tree_heads, verifiers
from lrs.xapi.timestamps import format_us, parse_us

_LAST = (
    "SELECT number, size, signed_us, note FROM tree_heads WHERE store = ? "
    "ORDER BY number DESC LIMIT 1"
)
_VERIFIERS = "SELECT vkey FROM verifiers WHERE store = ? ORDER BY since_us, vkey"
_ORIGIN = "SELECT origin FROM origins WHERE store = ?"
_SECOND_US = 1_000_000


class Rewritten(LrsError):
    """The log no longer begins with a head that was signed before."""

    status = 500
    code = "log_rewritten"


class SignedHead(NamedTuple):
    """number: 0 is the first of its store. note: the signed note, as it is published."""

    number: int
    size: int
    signed_us: int
    note: bytes


@dataclass(frozen=True, slots=True)
class _Signing:
    origin: str
    signers: list[Signer]

    @property
    def vkeys(self) -> list[str]:
        return [signer.verifier.vkey for signer in self.signers]


class TreeHeads:
    """Signs and serves the tree heads of every store. base: the server's public address."""

    def __init__(self, database: Database, keys: KeyFile, outside: Outside, base: str) -> None:
        self._database, self._keys, self._outside, self._base = database, keys, outside, base
        self._lock = threading.Lock()
        self._completed: Completed = {}

    def latest(self, store: Store) -> SignedHead | None:
        """The last one that was signed."""
        with self._database.read() as connection:
            row = Session(connection).row(_LAST, (store.id,))
        return None if row is None else SignedHead(row[0], row[1], row[2], bytes(row[3]))

    def current(self, store: Store) -> SignedHead:
        """The last head, signed anew if the log has grown and the last is a second old.

        Where this process has no key, the last one there is. Raises Rewritten.
        """
        last = self.latest(store)
        if last is not None and time.time_ns() // 1000 - last.signed_us < _SECOND_US:
            return last
        if last is None or self._keys.signing():  # the first head's key is made with it
            with self._lock:
                return self.sign(store)
        return last

    def sign(self, store: Store) -> SignedHead:
        """Sign the log's present head, unless the last signature is over it. Raises Rewritten."""
        signing = self._signing(store)
        tree = Tree(self._database, store.id, self._completed)
        head, last = tree.head(), self.latest(store)
        outside = self._check(store, tree, head, signing.origin)
        if outside is not None and (last is None or last.size < outside.size):
            last = self._keep(store, last, outside)  # a crash left it outside only
        if last is not None and last.size == head.size and self._by(last, signing):
            return last
        tree.seal(head.size)
        root = head.root()
        if head.size and tree.root(head.size) != root:
            raise Rewritten(f"The rows of {store.name} do not add up to its head; run lrs verify.")
        note = Checkpoint(signing.origin, head.size, root).sign(signing.signers)
        now = time.time_ns() // 1000
        self._outside.append(OutsideHead(store.name, format_us(now), signing.vkeys, note))
        return self._keep(store, last, SignedHead(0, head.size, now, note))

    def _keep(self, store: Store, last: SignedHead | None, head: SignedHead) -> SignedHead:
        made = head._replace(number=0 if last is None else last.number + 1)
        try:
            with self._database.write() as connection:
                connection.execute(tree_heads.insert().values(store=store.id, **made._asdict()))
        except IntegrityError:  # another process signed at the same moment
            return self.latest(store) or made
        return made

    def _check(self, store: Store, tree: Tree, head: Frontier, origin: str) -> SignedHead | None:
        """That the log begins with the last head that was written down outside; that head."""
        outside = self._outside.last(store.name)
        if outside is None:
            return None
        try:
            before = checkpoint.verify(outside.note, origin, outside.verifiers)
        except NotVerified as error:
            raise Rewritten(
                f"The last head of {store.name} outside the database: {error}."
            ) from error
        size = head.size
        if before.size > size:
            raise Rewritten(
                f"The log of {store.name} has {size} statements; on {outside.signed} a head over "
                f"{before.size} was signed. The database is older than that."
            )
        root = head.root() if before.size == size else tree.root(before.size)
        if root != before.root:
            raise Rewritten(
                f"The log of {store.name} no longer begins with the {before.size} statements over "
                f"which a head was signed on {outside.signed}."
            )
        return SignedHead(0, before.size, parse_us(outside.signed), outside.note)

    def _by(self, head: SignedHead, signing: _Signing) -> bool:
        """Whether every key that signs now has signed this head."""
        try:
            for signer in signing.signers:
                checkpoint.verify(head.note, signing.origin, [signer.verifier])
        except NotVerified:
            return False
        return True

    def _signing(self, store: Store) -> _Signing:
        now = time.time_ns() // 1000
        origin = self.origin(store)
        signers = [key.signer(origin) for key in self._keys.make(format_us(now))]
        known = {verifier.vkey for verifier in self.verifiers(store)}
        new = [signer.verifier.vkey for signer in signers if signer.verifier.vkey not in known]
        for vkey in new:
            try:
                with self._database.write() as connection:
                    connection.execute(
                        verifiers.insert().values(store=store.id, vkey=vkey, since_us=now)
                    )
            except IntegrityError:
                continue  # another process was first
        return _Signing(origin, signers)

    def verifiers(self, store: Store) -> list[Verifier]:
        """Every key that heads of this store were ever signed with, the oldest first."""
        return [Verifier.parse(vkey) for vkey in self.published(store)[1]]

    def published(self, store: Store) -> tuple[str | None, list[str]]:
        """The origin and the verifier keys as they are kept; nothing is made."""
        with self._database.read() as connection:
            session = Session(connection)
            row = session.row(_ORIGIN, (store.id,))
            rows = session.rows(_VERIFIERS, (store.id,))
        return None if row is None else row[0], [row[0] for row in rows]

    def origin(self, store: Store) -> str:
        """The log's own name: fixed by the address of the server that first needed it."""
        query = origins.select().where(origins.c.store == store.id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is not None:
            return str(row.origin)
        made = urlsplit(self._base)
        origin = f"{made.netloc}{made.path.rstrip('/')}/log/{quote(store.name, safe='')}"
        try:
            with self._database.write() as connection:
                connection.execute(origins.insert().values(store=store.id, origin=origin))
        except IntegrityError:
            pass  # another process was first; its name is the one
        with self._database.read() as connection:
            return str(connection.execute(query).one().origin)
