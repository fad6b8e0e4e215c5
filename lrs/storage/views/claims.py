"""What fold and the store hand each other: a learner claimed, what was seen of them, what came of
it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lrs.storage.views.knowledge import Numbers
from lrs.storage.views.marks import Mark
from lrs.storage.views.states import Place, Snapshot

ViewKey = tuple[str, str]
"""The view and, in it, the subject: a skill for instance."""

ViewRow = tuple[int | None, bytes]
"""When its status next changes by itself (microseconds), and its body as JSON."""


class Claim(NamedTuple):
    """A learner in this worker's hand. last: the place of the last observation folded.

    calibration: the number of the one with which that state was made.
    """

    learner: bytes
    generation: int
    last: Place | None
    marks: list[Mark]
    calibration: int = 0


class Seen(NamedTuple):
    """An observation that counts, as kept."""

    event_us: int
    position: int
    body: str

    @property
    def place(self) -> Place:
        return self.event_us, self.position


class Event(NamedTuple):
    """A learning event as kept."""

    event_us: int
    position: int
    body: bytes


@dataclass(slots=True)
class Folded:
    """What came of folding a learner.

    numbers: what it was folded with. since: learning events and snapshots after this place are
    replaced; None: only added. left: a mark for what this fold did not reach.
    """

    claim: Claim
    last: Place | None
    body: bytes
    numbers: Numbers
    since: Place | None = None
    events: list[Event] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    changed: dict[ViewKey, ViewRow] = field(default_factory=dict)
    gone: list[ViewKey] = field(default_factory=list)
    left: Mark | None = None
    generation: int = field(default_factory=lambda: random.getrandbits(62))

    @property
    def size(self) -> int:
        return len(self.events) + len(self.changed) + len(self.gone) + 20 * len(self.snapshots)


class Work(Protocol):
    """A batch of learners in one worker's hand."""

    claims: list[Claim]
    numbers: Numbers
    """What they are to be folded with."""

    def states(self, learners: Sequence[bytes]) -> dict[bytes, bytes]:
        """The encoded states of those that have one."""

    def views(self, learners: Sequence[bytes]) -> dict[bytes, dict[ViewKey, ViewRow]]:
        """The view rows of each."""

    def snapshot_before(self, learner: bytes, place: Place) -> Snapshot | None:
        """The last snapshot before a place that was made with the calibration in use."""

    def observations(self, spans: Sequence[tuple[bytes, Place]]) -> list[list[Seen]]:
        """What counts of each learner after a place, in order: at most `most` + 1 of each."""

    most: int

    def save(self, folded: Sequence[Folded]) -> list[Folded]:
        """Save; those that were saved. On SQLite not those another worker was faster with."""
