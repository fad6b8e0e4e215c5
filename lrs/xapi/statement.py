"""Reading what a request brings: statements that are ready to be stored, or every fault."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from lrs.errors import Fault, InvalidStatement, TooLarge
from lrs.xapi import layout, references
from lrs.xapi.acceptor import Acceptor, Draft
from lrs.xapi.attachments import Attachment, of_statement
from lrs.xapi.faults import Faults
from lrs.xapi.json import MAX_DEPTH, has_more_items, load, parse
from lrs.xapi.layout import document, members
from lrs.xapi.references import References
from lrs.xapi.rules import VOIDED
from lrs.xapi.tables import table_for
from lrs.xapi.timestamps import format_us, parse_us
from lrs.xapi.versions import Version, statement_version

__all__ = ["Statement", "document", "members", "read"]

_SPACE = b" \t\r\n"
# What a statement without a version gets: xAPI 1.0.3, Data 2.4.10; xAPI 2.0, 4.2.4.3
_ADDED_VERSION = {Version.V1: "1.0.0", Version.V2: "2.0.0"}
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_acceptor = Acceptor()


@dataclass(frozen=True, slots=True)
class Statement:
    """A valid statement with all that can be decided before it is appended.

    id: in lower case, given or generated.
    head: its document up to, not including, authority and stored: no closing brace.
    timestamp_us: the event's instant.
    version: the family of its own `version`.
    target: the lower-case id it refers to, when its object is a StatementRef.
    voids: whether it voids its target.
    text: as it was sent.
    authority: the text of the authority it brought, if that is to be kept.
    attachments: what it declares, its SubStatement's last.
    """

    id: str
    head: bytes
    timestamp_us: int
    version: Version
    references: References
    target: str | None
    voids: bool
    text: bytes
    authority: bytes | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def value(self) -> dict[str, Any]:
        """The statement as sent, parsed anew at each call, whole numbers of any length kept."""
        found: dict[str, Any] = load(self.text)
        return found


def read(
    raw: bytes,
    version: Version,
    *,
    received_us: int,
    keep_authority: bool = False,
    most: int | None = None,
) -> tuple[list[Statement], bool]:
    """The statements of a request body, and whether it was an array (which may be empty).

    version: the family that the request speaks. received_us: the timestamp of statements that
    have none. keep_authority: whether an authority that was sent goes into `Statement.authority`.
    most: statements that are taken.
    Raises InvalidStatement with every fault (as many as `faults.LIMIT`): its path begins with
    the statement's index where an array was sent. Raises TooLarge for more statements.
    """
    texts = _texts(raw, most)
    many = texts is not None
    reader = _Reader(version, received_us, keep_authority)
    found = [reader.read(raw, "", MAX_DEPTH)] if texts is None else list(reader.read_all(texts))
    reader.faults.raise_any()
    return [statement for statement in found if statement is not None], many


def _texts(raw: bytes, most: int | None) -> list[bytes] | None:
    """The texts of an array's items; None for anything but an array."""
    if raw.lstrip(_SPACE)[:1] != b"[":
        return None
    try:
        if most is not None and has_more_items(raw, most):
            raise _too_many(most)
        texts = [bytes(text) for text in _decode_array(raw)]
        if most is not None and len(texts) > most:
            raise _too_many(most)
        return texts
    except (msgspec.MsgspecError, RecursionError):
        parse(raw)  # says what is wrong with it
        fault = Fault("", "malformed_json", "This is not JSON.")
        raise InvalidStatement([fault]) from None


def _too_many(most: int) -> TooLarge:
    return TooLarge(f"Send at most {most} statements in one request.")


class _Reader:
    """Reads the statements of one request, collecting their faults."""

    def __init__(self, spoken: Version, received_us: int, keep_authority: bool) -> None:
        self.faults = Faults()
        self._spoken, self._received_us, self._keep = spoken, received_us, keep_authority

    def read_all(self, texts: list[bytes]) -> Iterator[Statement | None]:
        seen: dict[str, int] = {}
        for index, text in enumerate(texts):
            statement = self.read(text, f"/{index}", MAX_DEPTH - 1)
            if statement is not None and seen.setdefault(statement.id, index) != index:
                self.faults.add(
                    f"/{index}/id",
                    "repeated_id",
                    f"Statement {seen[statement.id]} has this id already; send each id once.",
                )
            if self.faults.full:
                return
            yield statement

    def read(self, text: bytes, path: str, levels: int) -> Statement | None:
        """The statement of this text; None if it has faults, which are noted."""
        draft = _acceptor.accept(text, self._spoken)
        if draft is not None:
            return self._statement(text, text, draft)
        value = self._checked(text, path, levels)
        if value is None:
            return None
        arranged = layout.with_arrays(text) if layout.has_lone_activity(value) else text
        return self._statement(text, arranged, _draft(value, text))

    def _checked(self, text: bytes, path: str, levels: int) -> dict[str, Any] | None:
        try:
            value = parse(text, path=path, levels=levels)
        except InvalidStatement as error:
            for fault in error.faults:
                self.faults.add(*fault)
            return None
        if type(value) is not dict:
            self.faults.wrong_type(value, path, "a statement, which is an object")
            return None
        before = len(self.faults.found)
        version = value.get("version")
        table = table_for(self._spoken, version if type(version) is str else None)
        table.statement(value, path, self.faults)
        return value if len(self.faults.found) == before else None

    def _statement(self, text: bytes, arranged: bytes, draft: Draft) -> Statement:
        identifier, version, timestamp_us = draft.id, draft.version, draft.timestamp_us
        own = self._spoken if version is None else statement_version(version, self._spoken)
        if identifier is None:
            identifier = str(uuid.uuid4())
        head = layout.make_head(
            arranged,
            cut=draft.cut,
            identifier=identifier if draft.id is None else None,
            timestamp=format_us(self._received_us) if timestamp_us is None else None,
            version=_ADDED_VERSION[self._spoken] if version is None else None,
        )
        return Statement(
            identifier,
            head,
            self._received_us if timestamp_us is None else timestamp_us,
            own or self._spoken,
            draft.references,
            draft.target,
            draft.voids,
            text,
            draft.authority if self._keep else None,
            draft.attachments,
        )


def _draft(value: dict[str, Any], text: bytes) -> Draft:
    """What a statement says that the table found valid."""
    target = value["object"]["id"] if value["object"].get("objectType") == "StatementRef" else None
    return Draft(
        value["id"].lower() if "id" in value else None,
        parse_us(value["timestamp"]) if "timestamp" in value else None,
        value.get("version"),
        members(text)["authority"] if "authority" in value else None,
        "authority" in value or "stored" in value,
        references.of(load(text)),
        target.lower() if target is not None else None,
        value["verb"]["id"] == VOIDED,
        of_statement(value),
    )
