"""Giving a store an alignment: what a file makes of the one in use, what that changes, adoption."""

from typing import Any, NamedTuple

from lrs.storage.administration.also import Also, nothing
from lrs.storage.administration.stores import Store
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.alignment.cycles import check_prerequisites
from lrs.storage.database.engine import Database
from lrs.storage.views.adoptions import ALIGNMENT, Adoptions
from lrs.storage.views.alignment_changes import AlignmentChange, compare
from lrs.storage.views.alignments import Alignments


class Plan(NamedTuple):
    """before: the number of the version in use. alignment: what is to take its place."""

    before: int
    alignment: Alignment
    change: AlignmentChange


class Aligning:
    """One store's alignment, as analysts change it."""

    def __init__(self, database: Database, store: Store, also: Also = nothing) -> None:
        self._database, self._store = database, store
        self._alignments = Alignments(database)
        self._adoptions = Adoptions(database)
        self._also = also

    def current(self) -> int:
        """The version in use; 0 says nothing of any activity."""
        return self._adoptions.current(self._store.id, ALIGNMENT)

    def plan(self, told: Alignment, *, add: bool = False) -> Plan:
        """What a file would change.

        Each part that it speaks of (activities, prerequisites, what is a part of what) takes the
        place of that part as a whole; add: it is added to, and the file wins for activities that
        both name. Raises InvalidFile for prerequisites that come to form a cycle.
        """
        before = self.current()
        used = self._alignments.get(self._store.id, before)
        made = used.extended(told) if add else used.replaced(told)
        check_prerequisites(made.prerequisites)
        return Plan(before, made, compare(self._database, self._store, used, made))

    def adopt(self, plan: Plan, source: str = "") -> dict[str, Any]:
        """Save and adopt what was planned: exactly those it concerns are folded again."""
        number = self._alignments.save(self._store.id, plan.alignment, source)
        if number != plan.before:
            self._adoptions.adopt(self._store.id, ALIGNMENT, number, self._also)
        return {"number": number, "before": plan.before, **plan.change.plain()}

    def go_back(self, number: int) -> dict[str, Any]:
        """Adopt a version that the store has already, or none (0). Raises NotFound."""
        before = self.current()
        used, after = (self._alignments.get(self._store.id, one) for one in (before, number))
        change = compare(self._database, self._store, used, after)
        if number != before:
            self._adoptions.adopt(self._store.id, ALIGNMENT, number, self._also)
        return {"number": number, "before": before, **change.plain()}
