"""Documents as a reader wants them: exactly as stored, reduced to ids, or canonical."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from lrs.storage.definitions import Definitions
from lrs.storage.stores import Store
from lrs.xapi import formats
from lrs.xapi.versions import Version

# A document that cannot hold a top-level `"version": "2…"` is served to a 1.0.3 reader unparsed.
# Its member name and value may be written with escapes (all ASCII letters are \u00…): parse then.
_MAYBE_V2 = re.compile(rb'"version"\s*:\s*"2|\\u00')
# orjson turns integers beyond 64 bits into floats
_LONG_NUMBER = re.compile(rb"\d{18}")


class Renderer:
    """Turns stored documents into what one request asked for."""

    def __init__(self, definitions: Definitions, *, convert_for_v1: bool) -> None:
        self._definitions = definitions
        self._convert_for_v1 = convert_for_v1

    def render(
        self,
        store: Store,
        documents: list[bytes],
        form: str,
        version: Version,
        languages: Sequence[str],
    ) -> list[bytes]:
        """The documents in this form, valid under this version. form: exact, ids or canonical."""
        if version is Version.V1 and self._convert_for_v1:
            documents = [_for_v1(document) for document in documents]
        if form == "exact":
            return documents
        values = [parse(document) for document in documents]
        if form == "ids":
            return [_dump(formats.ids_only(value)) for value in values]
        definition = self._lookup(store, values)
        display = self._displays(store, values)
        return [_dump(formats.canonical(value, definition, display, languages)) for value in values]

    def _lookup(self, store: Store, values: list[Any]) -> Callable[[str], Any]:
        raise NotImplementedError

    def _displays(self, store: Store, values: list[Any]) -> Callable[[str], Any]:
        raise NotImplementedError


def _for_v1(document: bytes) -> bytes:
    if not _MAYBE_V2.search(document):
        return document
    value = parse(document)
    return _dump(formats.as_v1(value)) if value["version"].startswith("2") else document


def parse(document: bytes) -> Any:
    """The value of a document of the log, whole numbers of any length kept."""
    if _LONG_NUMBER.search(document):
        return json.loads(document)
    return orjson.loads(document)


def _dump(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # a whole number beyond 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
