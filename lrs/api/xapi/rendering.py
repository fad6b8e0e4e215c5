"""Documents as a reader wants them: exactly as stored, reduced to ids, or canonical."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.log.definitions import Definitions
from lrs.xapi import formats
from lrs.xapi.conversion import as_v1
from lrs.xapi.definitions import merged
from lrs.xapi.json import dump, load
from lrs.xapi.layout import members
from lrs.xapi.versions import Version

# A document that cannot hold a top-level `"version": "2…"` is served to a 1.0.3 reader unparsed.
# Its member name and value may be written with escapes (all ASCII letters are \u00…): parse then.
_MAYBE_V2 = re.compile(rb'"version"\s*:\s*"2|\\u00')


class Renderer:
    """Turns stored documents into what one request asked for.

    convert_for_v1: whether a 1.0.3 reader gets 2.0 statements in a form that is valid 1.0.3.
    """

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
        values = [load(document) for document in documents]
        if form == "ids":
            return [dump(formats.ids_only(value)) for value in values]
        return [dump(value) for value in self._canonical(store, values, languages)]

    def _canonical(
        self, store: Store, values: list[Any], languages: Sequence[str]
    ) -> Iterable[dict[str, Any]]:
        """With what is known of activities and verbs, one language in each map."""
        activities: dict[str, dict[str, Any] | None] = {}
        verbs: dict[str, dict[str, Any] | None] = {}
        for value in values:  # a first pass finds out which ones are asked for
            formats.canonical(
                value,
                lambda iri: activities.setdefault(iri, None),
                lambda iri: verbs.setdefault(iri, None),
                languages,
            )
        known = self._definitions.definitions(store, list(activities))
        activities.update((iri, merged(found)) for iri, found in known.items())
        shown = self._definitions.displays(store, list(verbs))
        verbs.update((iri, merged(found)) for iri, found in shown.items())
        for value in values:
            yield formats.canonical(value, activities.get, verbs.get, languages)


def _for_v1(document: bytes) -> bytes:
    if not _MAYBE_V2.search(document):
        return document
    is_v2 = orjson.loads(members(document)["version"]).startswith("2")
    return as_v1(document) if is_v2 else document
