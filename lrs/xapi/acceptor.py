"""The fast way to read a statement that is valid: by the text of its members.

Actors, verbs, activities and contexts repeat, so whether such a text is valid and what it
contributes is looked up in memories keyed by the text; what is new there is parsed strictly and
checked by the same table as everywhere. Whatever is wrong, or merely unusual, is not accepted
here (None) and goes to the table with the whole statement, which alone reports faults.

Why a repeated key cannot slip through: msgspec keeps the last of several equal members. All
colons of the text are either in the texts of members or stand between a known key and its value;
a member that was dropped took at least one with it. So the count of colons tells (in texts that
hold no escaped colon, the only ones accepted).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw

from lrs.errors import InvalidStatement
from lrs.xapi import references, tables
from lrs.xapi.attachments import Attachment, declared
from lrs.xapi.checks import Check
from lrs.xapi.durations import is_duration
from lrs.xapi.faults import Faults
from lrs.xapi.json import load, parse
from lrs.xapi.languages import is_language_tag
from lrs.xapi.memo import Memo
from lrs.xapi.references import NOTHING, References, Said
from lrs.xapi.rules import VOIDED
from lrs.xapi.shapes import ContextTextV1, ContextTextV2, ResultText, StatementText
from lrs.xapi.strings import EXTENSIONS, is_uuid
from lrs.xapi.timestamps import parse_us
from lrs.xapi.versions import Version, statement_version

_LEVELS = 64  # of a member; far below what a whole body may nest

_decode_statement = msgspec.json.Decoder(StatementText).decode
_decode_result = msgspec.json.Decoder(ResultText).decode
_decode_context_v1 = msgspec.json.Decoder(ContextTextV1).decode
_decode_context_v2 = msgspec.json.Decoder(ContextTextV2).decode


class Draft(NamedTuple):
    """What a valid statement says, before what it lacks is added.

    cut: whether it has `stored` or `authority`, which the LRS sets.
    """

    id: str | None
    timestamp_us: int | None
    version: str | None
    authority: bytes | None
    cut: bool
    references: References
    target: str | None
    voids: bool
    attachments: tuple[Attachment, ...] = ()


class _NotAcceptedError(Exception):
    """Left to the table, which finds out why."""


_REFUSALS = (_NotAcceptedError, msgspec.MsgspecError, InvalidStatement, ValueError, RecursionError)


class _Part(NamedTuple):
    """What is remembered of a valid text. detail: a verb's id, or a StatementRef's."""

    said: Said
    colons: int
    kind: str = ""
    detail: str = ""
    attachments: tuple[Attachment, ...] = ()


class _Known:
    """Texts of one property that were found valid, and what they contribute."""

    def __init__(self, check: Check, tell: Callable[[Any], _Part]) -> None:
        self._check, self._tell = check, tell
        self._memo: Memo[_Part] = Memo()

    def __call__(self, raw: Raw) -> _Part:
        text = bytes(raw)
        found = self._memo.get(text)
        if found is None:
            _checked(text, self._check)
            found = self._tell(load(text))._replace(colons=text.count(b":"))
            self._memo.put(text, found)
        return found


def _checked(text: bytes, check: Check) -> None:
    faults = Faults()
    check(parse(text, levels=_LEVELS), "", faults)
    if faults.found:
        raise _NotAcceptedError


def _extensions(raw: Raw) -> int:
    """The colons of extensions that are valid; their values differ too much to be remembered."""
    text = bytes(raw)
    _checked(text, EXTENSIONS)
    return text.count(b":")


def _tell_actor(value: Any) -> _Part:
    return _Part(references.said_by_actor(value), 0)


def _tell_verb(value: Any) -> _Part:
    return _Part(references.said_by_verb(value), 0, detail=value["id"])


def _tell_object(value: Any) -> _Part:
    kind = value.get("objectType", "Activity")
    detail = value["id"].lower() if kind == "StatementRef" else ""
    return _Part(references.said_by_object(value), 0, kind, detail)


def _tell_activities(value: Any) -> _Part:
    if any(isinstance(activities, dict) for activities in value.values()):
        raise _NotAcceptedError  # its text needs brackets
    return _Part(references.said_by_context_activities(value), 0)


def _tell_agents(member: str) -> Callable[[Any], _Part]:
    return lambda value: _Part(references.said_by_context_agents(value, member), 0)


def _tell_attachments(value: Any) -> _Part:
    return _Part(NOTHING, 0, attachments=declared(value))


def _tell_nothing(_value: Any) -> _Part:
    return _Part(NOTHING, 0)


_version = lru_cache(maxsize=64)(statement_version)
_is_duration = lru_cache(maxsize=4096)(is_duration)
_LONGEST = 64  # of what these two remember


class Acceptor:
    """Reads valid statements, and remembers the texts of their parts between calls."""

    def __init__(self) -> None:
        context = tables.CONTEXT_V2.members
        self._actor = _Known(tables.ACTOR, _tell_actor)
        self._verb = _Known(tables.VERB, _tell_verb)
        self._object = _Known(tables.SIMPLE_OBJECT, _tell_object)
        self._score = _Known(tables.SCORE, _tell_nothing)
        self._authority = _Known(tables.AUTHORITY, _tell_nothing)
        self._attachments = _Known(tables.ATTACHMENTS, _tell_attachments)
        self._statement_ref = _Known(tables.STATEMENT_REF, _tell_nothing)
        self._related = {
            "instructor": self._actor,
            "team": _Known(context["team"], _tell_actor),
            "contextActivities": _Known(context["contextActivities"], _tell_activities),
            "contextAgents": _Known(context["contextAgents"], _tell_agents("agent")),
            "contextGroups": _Known(context["contextGroups"], _tell_agents("group")),
        }

    def accept(self, text: bytes, spoken: Version) -> Draft | None:
        """What a statement says if it is plainly valid, else None.

        text: of the statement alone. spoken: the version of the request.
        """
        if b"\\u003" in text or b"\\u0000" in text:
            return None
        try:
            return self._read(text, spoken)
        except _REFUSALS:
            return None

    def _read(self, text: bytes, spoken: Version) -> Draft:
        parts = _decode_statement(text)
        version: Version | None = spoken
        if parts.version is not UNSET:
            version = _version(parts.version, spoken) if len(parts.version) <= _LONGEST else None
        if version is None or (parts.id is not UNSET and not is_uuid(parts.id)):
            raise _NotAcceptedError
        actor, verb, target = (
            self._actor(parts.actor),
            self._verb(parts.verb),
            self._object(parts.object),
        )
        colons = actor.colons + verb.colons + target.colons + 3
        colons += (parts.id is not UNSET) + (parts.version is not UNSET)
        said: list[Said] = []
        registration = None
        if parts.context is not UNSET:
            further, registration = self._context(parts.context, version, target.kind, said)
            colons += 1 + further
        if parts.result is not UNSET:
            colons += 1 + self._result(parts.result)
        timestamp_us = None
        if parts.timestamp is not UNSET:
            timestamp_us = parse_us(parts.timestamp, version)
            colons += 1 + parts.timestamp.count(":")
        cut, further = self._set_by_lrs(parts, version)
        voids = verb.detail == VOIDED
        if text.count(b":") != colons + further or (voids and target.kind != "StatementRef"):
            raise _NotAcceptedError
        return Draft(
            None if parts.id is UNSET else parts.id.lower(),
            timestamp_us,
            None if parts.version is UNSET else parts.version,
            None if parts.authority is UNSET else bytes(parts.authority),
            cut,
            references.combine(
                verb.detail, registration, actor.said, verb.said, target.said, *said
            ),
            target.detail or None,
            voids,
            () if parts.attachments is UNSET else self._attachments(parts.attachments).attachments,
        )

    def _set_by_lrs(self, parts: StatementText, version: Version) -> tuple[bool, int]:
        """Check the members that are rare; whether some are cut out, and the colons of all."""
        cut, colons = False, 0
        if parts.attachments is not UNSET:
            colons += 1 + self._attachments(parts.attachments).colons
        if parts.stored is not UNSET:
            parse_us(parts.stored, version)
            cut, colons = True, colons + 1 + parts.stored.count(":")
        if parts.authority is not UNSET:
            cut, colons = True, colons + 1 + self._authority(parts.authority).colons
        return cut, colons

    def _result(self, raw: Raw) -> int:
        """The colons of a valid result."""
        parts = _decode_result(raw)
        colons = (parts.success is not UNSET) + (parts.completion is not UNSET)
        if parts.score is not UNSET:
            colons += 1 + self._score(parts.score).colons
        if parts.response is not UNSET:
            colons += 1 + parts.response.count(":")
        if parts.duration is not UNSET:
            if len(parts.duration) > _LONGEST or not _is_duration(parts.duration):
                raise _NotAcceptedError
            colons += 1
        if parts.extensions is not UNSET:
            colons += 1 + _extensions(parts.extensions)
        return colons

    def _context(
        self, raw: Raw, version: Version, kind: str, said: list[Said]
    ) -> tuple[int, str | None]:
        """The colons of a valid context, and its registration; `said` gets what it contributes.

        kind: of the statement's object.
        """
        decode = _decode_context_v2 if version is Version.V2 else _decode_context_v1
        parts = decode(raw)
        colons = 0
        for name, known in self._related.items():
            part = getattr(parts, name, UNSET)
            if part is not UNSET:
                found = known(part)
                said.append(found.said)
                colons += 1 + found.colons
        for free in (parts.revision, parts.platform):
            if free is not UNSET:
                if kind != "Activity":
                    raise _NotAcceptedError
                colons += 1 + free.count(":")
        if parts.language is not UNSET:
            if not is_language_tag(parts.language):
                raise _NotAcceptedError
            colons += 1
        if parts.statement is not UNSET:
            colons += 1 + self._statement_ref(parts.statement).colons
        if parts.extensions is not UNSET:
            colons += 1 + _extensions(parts.extensions)
        if parts.registration is UNSET:
            return colons, None
        if not is_uuid(parts.registration):
            raise _NotAcceptedError
        return colons + 1, parts.registration.lower()
