"""Which skills an activity is about, and which skills come before which."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

Names = tuple[str, ...]
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_MOST_PLAIN = 512 * 2**20  # a stored body is our own; this only bounds a damaged one


def _none() -> Mapping[str, Any]:
    return _NONE


@dataclass(frozen=True, slots=True)
class Alignment:
    """One version of what a store's activities are about.

    items: activity → skills, in the order they were given. prerequisites: skill → the skills that
    come before it. broader: skill → those it is a part of (CASE `isChildOf`); for showing, not for
    folding. titles: skill → a name for people.
    """

    items: Mapping[str, Names] = field(default_factory=_none)
    prerequisites: Mapping[str, Names] = field(default_factory=_none)
    broader: Mapping[str, Names] = field(default_factory=_none)
    titles: Mapping[str, str] = field(default_factory=_none)

    @property
    def skills(self) -> list[str]:
        """Every skill that is named, sorted."""
        found = set(self.titles)
        for table in (self.items, self.prerequisites, self.broader):
            found.update(name for names in table.values() for name in names)
        found.update(self.prerequisites, self.broader)
        return sorted(found)

    def replaced(self, told: "Alignment") -> "Alignment":
        """This alignment with each part that `told` speaks of put in the place of its own.

        Titles are added to: a file that names no skills by title takes none away.
        """
        return Alignment(
            told.items or self.items,
            told.prerequisites or self.prerequisites,
            told.broader or self.broader,
            {**self.titles, **told.titles},
        )

    def extended(self, told: "Alignment") -> "Alignment":
        """This alignment and `told`, which wins for an activity that both name."""
        return Alignment(
            {**self.items, **told.items},
            _united(self.prerequisites, told.prerequisites),
            _united(self.broader, told.broader),
            {**self.titles, **told.titles},
        )

    def encode(self) -> bytes:
        """The same bytes for the same alignment, whatever order it was given in."""
        plain = [
            {key: list(table[key]) for key in sorted(table)}
            for table in (self.items, self.prerequisites, self.broader)
        ]
        titles = {key: self.titles[key] for key in sorted(self.titles)}
        return json.dumps([*plain, titles], ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def decode(body: bytes) -> "Alignment":
        """What `encode` gave."""
        items, prerequisites, broader, titles = json.loads(body)
        return Alignment(_tuples(items), _tuples(prerequisites), _tuples(broader), titles)


def _tuples(table: Mapping[str, list[str]]) -> dict[str, Names]:
    return {key: tuple(names) for key, names in table.items()}


def _united(table: Mapping[str, Names], more: Mapping[str, Names]) -> dict[str, Names]:
    made = dict(table)
    for key, names in more.items():
        made[key] = tuple(dict.fromkeys((*made.get(key, ()), *names)))
    return made


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Names]:
    """Pairs as a table, each value once and in the order given."""
    found: dict[str, dict[str, None]] = {}
    for key, name in pairs:
        found.setdefault(key, {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


def pack(body: bytes) -> bytes:
    return zlib.compress(body, 6)


def unpack(body: bytes) -> bytes:
    return zlib.decompressobj().decompress(body, _MOST_PLAIN)


EMPTY: Final = Alignment()
