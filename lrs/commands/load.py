"""`lrs import`: storing the statements of a file, each on its own.

It goes the way of a POST: the same validation, the same writer. It can be interrupted and run
again: what is in the log already is known by its id and left alone.
"""

import hashlib
import sys
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import IO, Any

import click
import orjson

from lrs.commands.elements import Element, elements
from lrs.commands.parts import Parts, json_option, parts, report, store_option
from lrs.errors import InvalidRequest, InvalidStatement, LrsError
from lrs.storage.administration.stores import Store
from lrs.storage.log.append import Receipt
from lrs.storage.log.authorities import Authority, find_or_create, for_credential
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.writer import Writer
from lrs.xapi.statement import Statement, read
from lrs.xapi.versions import Version

_NAMESPACE = uuid.UUID("5b2f1cf8-6a0e-5d53-9a36-1f6d1c4b8d4e")
_IN_FLIGHT = 2_000  # two commits' worth: one being written, one being prepared
_NAMED = 1_000  # refusals listed one by one; all are counted


@dataclass(slots=True)
class Outcome:
    """What became of a file's statements."""

    read: int = 0
    stored: int = 0
    known: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[dict[str, Any]] = field(default_factory=list)

    def took(self, receipt: Receipt) -> None:
        self.stored += receipt.new
        self.known += not receipt.new

    def refuse(self, element: Element, statement_id: str | None, error: LrsError) -> None:
        self.refused += 1
        faults = error.faults if isinstance(error, InvalidStatement) else ()
        for code in {fault.code for fault in faults} or {error.code}:
            self.reasons[code] += 1
        if len(self.refusals) < _NAMED:
            self.refusals.append({"line": element.line, "id": statement_id, **error.body()})

    def plain(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "stored": self.stored,
            "known": self.known,
            "refused": self.refused,
            "reasons": dict(self.reasons.most_common()),
            "refusals": sorted(self.refusals, key=lambda one: one["line"]),
        }


class Import:
    """Stores elements as statements of one store, keeping the writer busy."""

    def __init__(self, writer: Writer, store: Store, authority: Authority) -> None:
        self.outcome = Outcome()
        self._writer, self._store, self._authority = writer, store, authority
        self._waiting: deque[tuple[Element, str, Future[Receipt]]] = deque()
        self._copies: Counter[bytes] = Counter()

    def take(self, element: Element) -> None:
        """Validate and queue one statement; what is wrong with it is noted, not raised."""
        self.outcome.read += 1
        try:
            statement = self._statement(element.raw)
        except LrsError as error:
            self.outcome.refuse(element, _id_of(element.raw), error)
            return
        future = self._writer.submit(self._store, self._authority, [statement])
        self._waiting.append((element, statement.id, future))
        if len(self._waiting) >= _IN_FLIGHT:
            self._settle(_IN_FLIGHT // 2)

    def finish(self) -> Outcome:
        self._settle(0)
        return self.outcome

    def _settle(self, left: int) -> None:
        while len(self._waiting) > left:
            element, statement_id, future = self._waiting.popleft()
            try:
                self.outcome.took(future.result())
            except LrsError as error:
                if error.status >= 500:
                    raise  # the database is away: going on would only list every line
                self.outcome.refuse(element, statement_id, error)

    def _statement(self, raw: bytes) -> Statement:
        version = _version_of(raw)
        now = time.time_ns() // 1000
        statements, many = read(raw, version, received_us=now)
        if many:
            raise InvalidRequest("A line holds one statement; this one holds an array.")
        statement = statements[0]
        if "id" not in statement.value:
            identifier = self._identifier(raw).encode()
            body = b'{"id":"%s",%s' % (identifier, raw.lstrip()[1:])
            statement = read(body, version, received_us=now)[0][0]
        return statement

    def _identifier(self, raw: bytes) -> str:
        """An id for a statement without one: from its text, and how often that came before.

        So running the same file again finds every statement known, while equal lines of one file
        stay as many statements as there are lines.
        """
        digest = hashlib.sha256(raw).digest()
        self._copies[digest] += 1
        return str(uuid.uuid5(_NAMESPACE, f"{digest.hex()}:{self._copies[digest]}"))


def _version_of(raw: bytes) -> Version:
    """The version a statement is read by: its own; without one, 1.0.3."""
    try:
        stated = orjson.loads(raw).get("version")
    except (orjson.JSONDecodeError, AttributeError):
        return Version.V1
    return Version.V2 if isinstance(stated, str) and stated.startswith("2") else Version.V1


def _id_of(raw: bytes) -> str | None:
    try:
        found = orjson.loads(raw).get("id")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return found[:100] if isinstance(found, str) else None


@click.command("import")
@click.argument("file", type=click.File("rb"))
@store_option
@click.option("--allow-refused", is_flag=True, help="Exit 0 even when statements were refused.")
@json_option
def load(file: IO[bytes], store_name: str, allow_refused: bool, as_json: bool) -> None:
    """Store the statements of FILE (- for standard input).

    FILE is NDJSON, a JSON array, or gzip of either. Run it again after an interruption: statements
    that are in the log already are counted as known. Exit status 1 when any was refused.
    """
    with parts() as opened:
        outcome = _import(opened, store_name, file, progress=sys.stderr.isatty())
    report({"store": store_name, **outcome.plain()}, as_json, _text(outcome))
    if outcome.refused and not allow_refused:
        sys.exit(1)


def _import(opened: Parts, store_name: str, file: IO[bytes], *, progress: bool) -> Outcome:
    settings, database = opened.settings, opened.database
    store = opened.stores.get(store_name)
    with database.write() as connection:
        authority = find_or_create(connection, store, for_credential(settings.origin, "import"))
    writer = Writer(
        database,
        framer(database),
        max_statements=settings.commit_statements,
        max_bytes=settings.commit_bytes,
    )
    writer.start()
    try:
        work = Import(writer, store, authority)
        found = elements(file, most_bytes=settings.max_body_bytes)
        for element in _shown(found, work.outcome) if progress else found:
            work.take(element)
        return work.finish()
    finally:
        writer.stop()


def _shown(found: Iterator[Element], outcome: Outcome) -> Iterator[Element]:
    """The same elements, with a line on standard error that says how far it is."""
    shown = 0.0
    for element in found:
        yield element
        if time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            click.echo(f"\r{outcome.read} read, {outcome.refused} refused", nl=False, err=True)
    click.echo("\r", nl=False, err=True)


def _text(outcome: Outcome) -> str:
    lines = [
        f"{outcome.read} statements: {outcome.stored} stored, {outcome.known} known already, "
        f"{outcome.refused} refused."
    ]
    for refusal in outcome.plain()["refusals"]:
        lines.append(f"  line {refusal['line']}, id {refusal['id']}: {refusal['code']}")
        faults = refusal.get("faults", ())
        lines += [f"    {fault['path'] or '/'}: {fault['message']}" for fault in faults]
        if not faults:
            lines.append(f"    {refusal['message']}")
    if outcome.refused > len(outcome.refusals):
        lines.append(f"  … and {outcome.refused - len(outcome.refusals)} more")
    if outcome.reasons:
        counted = ", ".join(f"{code} {count}" for code, count in outcome.reasons.most_common())
        lines.append(f"Reasons: {counted}")
    return "\n".join(lines)
