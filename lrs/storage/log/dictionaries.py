"""The compression dictionaries of a database, and how they are learned.

A store's documents repeat the same identifiers; a dictionary learned from them makes each a
seventh of its size, where plain compression gets to a half. It must hold nothing personal, since
a dictionary stays when a learner is erased: only strings and numbers that stand in the statements
of at least `_LEARNERS` different actors enter it, and of these none that names a person, since a
teacher stands in the statements of a whole class.
"""

import hashlib
import logging
import re
import struct
import threading
import time
from collections.abc import Sequence

import orjson
import zstandard
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lrs.storage.database.engine import Database
from lrs.storage.log.framing import Framer
from lrs.storage.log.personal import is_mail_address, names
from lrs.storage.schema import dictionaries, heads, log

_SAMPLE = 2_000  # statements to learn from, and a quarter as many to try it on
_LEARNERS = 10
_SIZE = 32 * 1024
_FIRST = 1_000  # statements in the log before the first; each later one at ten times as many
_GAIN = 0.9
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*')

_logger = logging.getLogger(__name__)


def framer(database: Database) -> Framer:
    """A framer with every dictionary of this database, now and later."""

    def missing(number: int) -> bytes | None:
        with database.read() as connection:
            query = select(dictionaries.c.body).where(dictionaries.c.number == number)
            return connection.scalar(query)

    with database.read() as connection:
        rows = connection.execute(select(dictionaries.c.number, dictionaries.c.body)).all()
    return Framer({row.number: bytes(row.body) for row in rows}, missing)


def learn(samples: Sequence[tuple[object, bytes]]) -> bytes | None:
    """A dictionary from (actor, document) pairs; None when too little is common to them."""
    actors: dict[bytes, set[object]] = {}
    for actor, document in samples:
        for token in _TOKEN.findall(document):
            seen = actors.setdefault(token, set())
            if len(seen) < _LEARNERS:
                seen.add(actor)
    personal = {name for _, document in samples for name in names(orjson.loads(document))}
    common = {
        token
        for token, seen in actors.items()
        if len(seen) >= _LEARNERS and not _names_somebody(token, personal)
    }
    texts: list[bytes | bytearray | memoryview] = [
        _TOKEN.sub(lambda found: found.group() if found.group() in common else b'""', document)
        for _, document in samples
    ]
    try:
        return zstandard.train_dictionary(_SIZE, texts).as_bytes()
    except zstandard.ZstdError:
        return None


def _names_somebody(token: bytes, personal: set[str]) -> bool:
    text = str(orjson.loads(token)) if token.startswith(b'"') else ""
    return text in personal or is_mail_address(text)


def digest(number: int, statements: int, created_us: int, body: bytes) -> bytes:
    """SHA-256 over a dictionary's whole row: no document may be using it yet to show a change."""
    return hashlib.sha256(struct.pack(">hqq", number, statements, created_us) + body).digest()


class Learning:
    """Learns a dictionary, in a thread of its own, when the log has grown enough."""

    def __init__(self, database: Database, framer: Framer) -> None:
        self._database, self._framer = database, framer
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._next = 0
        self._store = 0
        self._thread = threading.Thread(target=self._run, name="dictionaries", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def committed(self, store: int) -> None:
        """The store's log has grown; costs nothing."""
        self._store = store
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            if self._stopping.wait(0.2):
                return
            self._woken.clear()
            try:
                self.consider(self._store)
            except Exception:
                _logger.warning("could not learn a dictionary; trying again later", exc_info=True)
            if self._next > 10 * _FIRST and self._stopping.wait(10):
                return

    def consider(self, store: int) -> bool:
        """Learn from this store if it is time; whether a dictionary was added."""
        with self._database.read() as connection:
            size = int(connection.scalar(select(func.sum(heads.c.size))) or 0)
            if size < max(_FIRST, self._next):
                return False
            newest = connection.execute(
                select(func.max(dictionaries.c.number), func.max(dictionaries.c.statements))
            ).one()
        number, learned_at = newest[0] or 0, newest[1] or 0
        self._framer.know(number)
        self._next = 10 * (learned_at if size < 10 * learned_at else size)
        return size >= 10 * learned_at and self._learn(store, number + 1, size)

    def _learn(self, store: int, number: int, size: int) -> bool:
        samples = self._samples(store)
        held_out = samples[: len(samples) // 5]
        body = learn(samples[len(held_out) :])
        if body is None:
            return False
        trial = Framer({1: body})
        before = sum(len(self._framer.frame(document)) for _, document in held_out)
        after = sum(len(trial.frame(document)) for _, document in held_out)
        if after > before * _GAIN:
            return False
        row = {"number": number, "statements": size, "created_us": time.time_ns() // 1000}
        try:
            with self._database.write() as connection:
                made = {**row, "body": body, "digest": digest(body=body, **row)}
                connection.execute(dictionaries.insert().values(made))
        except IntegrityError:
            return False  # another process was first
        self._framer.add(number, body)
        _logger.info(
            "learned dictionary %d: documents shrink to %d%%", number, 100 * after / before
        )
        return True

    def _samples(self, store: int) -> list[tuple[object, bytes]]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(log.c.agent, log.c.document)
                .where(log.c.store == store, log.c.document.is_not(None))
                .order_by(log.c.position.desc())
                .limit(_SAMPLE * 5 // 4)
            ).all()
        return [(row.agent, self._framer.unframe(bytes(row.document))) for row in rows]
