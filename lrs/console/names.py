"""Names of activities and verbs, from what statements have said of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from lrs.console import wording
from lrs.console.foreign import Foreign
from lrs.console.language import reader
from lrs.storage.administration.stores import Store
from lrs.storage.log.definitions import Definitions
from lrs.xapi.languages import choose


class Names:
    """Looks names up in one go and remembers them for one page."""

    def __init__(self, definitions: Definitions, store: Store) -> None:
        self._definitions, self._store = definitions, store
        self._languages = list(reader().accepted)
        self._known: dict[str, str] = {}

    def learn(self, activities: Iterable[str]) -> None:
        wanted = {one for one in activities if one not in self._known}
        for iri, said in self._definitions.definitions(self._store, wanted).items():
            name = self._newest([one["name"] for one in said if one.get("name")])
            if name:
                self._known[iri] = name

    def _newest(self, told: list[Any]) -> str:
        """What was said last, for goals are given new names: in the language that the reader
        likes best of those that are there, or in none in particular."""
        best = min(reversed(told), key=self._rank, default=None)
        return self.text(best)

    def _rank(self, language_map: Any) -> int:
        """0 for the reader's first language, and for what is in none."""
        if not isinstance(language_map, Mapping):
            return len(self._languages)
        there = {one.partition("-")[0].lower() for one in language_map}
        if "und" in there:
            return 0
        wanted = (at for at, one in enumerate(self._languages) if one.partition("-")[0] in there)
        return next(wanted, len(self._languages))

    def __call__(self, iri: str) -> str:
        """The name of an activity; what it has none of, by the end of its IRI."""
        return self._known.get(iri) or wording.last_part(iri)

    def text(self, language_map: Any) -> str:
        """The entry of a language map that the reader prefers; empty for what is none."""
        if not isinstance(language_map, Mapping) or not language_map:
            return ""
        tag = choose(language_map, self._languages)
        return Foreign(wording.plain(language_map[tag]), tag)
