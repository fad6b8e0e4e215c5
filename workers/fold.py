"""Fold: a learner's new observations into their state, view rows and learning events."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from lrs.storage.database.engine import is_of_data
from lrs.storage.views.builds import Build
from lrs.storage.views.claims import Claim, Event, Folded, Seen, ViewKey, ViewRow, Work
from lrs.storage.views.failures import tell_unfolded
from lrs.storage.views.folding import Folding
from lrs.storage.views.knowledge import Numbers
from lrs.storage.views.marks import UNFINISHED, Mark
from lrs.storage.views.states import BEGINNING, SNAPSHOT_EVERY, Place, Snapshot, worth_keeping
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.rows import Row, rows
from projections.state import State
from workers.backoff import Backoff
from workers.codec import Codec
from workers.memory import without_collection

_BACKGROUND = 8  # learners a time of whom there is nothing new, so that news need not wait long
_REMEMBERED_BYTES = 4 * 2**20  # of encoded states; as objects they take some twenty times as much

Know = Callable[[int, Numbers], Knowledge]

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """A learner as the database has them at `generation`."""

    generation: int
    state: State
    views: dict[ViewKey, ViewRow]
    size: int


class _Memory:
    """States lately folded by this process, so that they need not be read and parsed again."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int, bytes], _Known] = OrderedDict()
        self._size = 0

    def take(self, build: Build, claim: Claim) -> _Known | None:
        """What is known of a learner, if it still holds; forgotten here until it is saved."""
        known = self._known.pop((build.store, build.number, claim.learner), None)
        if known is None:
            return None
        self._size -= known.size
        return known if known.generation == claim.generation else None

    def keep(self, build: Build, learner: bytes, known: _Known) -> None:
        self._known[build.store, build.number, learner] = known
        self._size += known.size
        while self._size > _REMEMBERED_BYTES:
            _, forgotten = self._known.popitem(last=False)
            self._size -= forgotten.size


class _Start(NamedTuple):
    """Where a learner's fold begins: the state there, and whether it goes back to reach it."""

    state: State
    place: Place
    back: bool


class _Way(NamedTuple):
    """How learners are folded, and how many observations of one at a time."""

    knowledge: Knowledge
    numbers: Numbers
    most: int


@dataclass(slots=True)
class _Batch:
    """Who was claimed, and who of them could not be folded, and why."""

    claims: list[Claim] = field(default_factory=list)
    failed: list[tuple[Claim, Exception]] = field(default_factory=list)


class Folder:
    """Folds learners that have marks; any number of workers do so side by side."""

    def __init__(self, folding: Folding, know: Know, limit: int) -> None:
        """know: what the versions with these numbers say, for a store."""
        self._folding = folding
        self._know = know
        self._limit = limit
        self._memory = _Memory()
        self._codec = Codec()
        self._backoff = Backoff()

    def step(self, build: Build, *, background: bool = False) -> int:
        """Fold one batch of learners; how many. 0: none has marks, or others hold them all.

        background: a small batch of those of whom there is nothing new. A learner who cannot be
        folded holds up nobody: their marks stay, and they are tried again after a while.
        """
        limit = min(self._limit, _BACKGROUND) if background else self._limit
        with without_collection():
            while True:
                batch = _Batch()
                try:
                    done = self._step(build, limit, batch, background=background)
                except Exception as error:
                    if not batch.claims or not is_of_data(error):
                        raise
                    limit = len(batch.claims) // 2
                    if limit:
                        continue  # one of them cannot be read or saved: fewer at a time
                    batch.failed.append((batch.claims[0], error))
                    done = 0
                self._note(build, batch.failed)
                if done or not batch.failed:
                    return done
                limit = max(1, limit)

    def _step(self, build: Build, limit: int, batch: _Batch, *, background: bool) -> int:
        held = self._backoff.held(build)
        with self._folding.work(build, limit, background=background, without=held) as work:
            done = self._work(build, work, batch)
        for one, known in done:  # only now is it committed
            self._memory.keep(build, one.claim.learner, known)
            self._backoff.folded(build, one.claim.learner)
        return len(done)

    def _work(self, build: Build, work: Work, batch: _Batch) -> list[tuple[Folded, _Known]]:
        claims = batch.claims = work.claims
        if not claims:
            return []
        way = _Way(self._know(build.store, work.numbers), work.numbers, work.most)
        known = self._recall(build, work, claims)
        starts = [self._start(work, claim, known[claim.learner].state) for claim in claims]
        spans = [(claim.learner, start.place) for claim, start in zip(claims, starts, strict=True)]
        folded: list[Folded] = []
        for claim, start, seen in zip(claims, starts, work.observations(spans), strict=True):
            try:
                folded.append(self._fold(claim, start, seen, way, known[claim.learner]))
            except MemoryError:  # says nothing of the learner
                raise
            except Exception as error:  # noqa: BLE001 - one learner must not hold up the others
                batch.failed.append((claim, error))
        return [(one, known[one.claim.learner]) for one in work.save(folded)]

    def failed(self, build: Build) -> bool:
        """Whether there are learners who could not be folded lately; their marks stay for later."""
        return bool(self._backoff.held(build))

    def _note(self, build: Build, failed: Sequence[tuple[Claim, Exception]]) -> None:
        for claim, error in failed:
            tell_unfolded(_log, claim.learner, error)
            self._backoff.failed(build, claim.learner)
        if failed:
            self._folding.note_failed(build, [claim for claim, _ in failed])

    def _recall(self, build: Build, work: Work, claims: Sequence[Claim]) -> dict[bytes, _Known]:
        found: dict[bytes, _Known] = {}
        for claim in claims:
            known = self._memory.take(build, claim)
            if known is not None:
                found[claim.learner] = known
        missing = [claim.learner for claim in claims if claim.learner not in found]
        bodies = work.states(missing)
        views = work.views(missing)
        for learner in missing:
            body = bodies.get(learner)
            state = State.new() if body is None else self._codec.decode(body)
            found[learner] = _Known(0, state, views[learner], 0)
        return found

    def _fold(
        self, claim: Claim, start: _Start, seen: Sequence[Seen], way: _Way, known: _Known
    ) -> Folded:
        """Fold what was seen; `known` becomes what it is afterwards."""
        some, rest = seen[: way.most], seen[way.most :]
        state = start.state
        events, snapshots = self._advance(state, some, way.knowledge)
        made = Folded(
            claim,
            state.last,
            self._codec.encode(state),
            way.numbers if state.last else Numbers(),  # nothing was folded, with nothing
            since=start.place if start.back else None,
            events=events,
            snapshots=snapshots,
        )
        if rest:
            first = min(mark.position for mark in claim.marks)
            made.left = Mark(claim.learner, first, UNFINISHED, rest[0].event_us, rest[0].position)
        else:
            _show(rows(state, way.knowledge), made, known)
        known.state, known.generation, known.size = state, made.generation, len(made.body)
        return made

    def _advance(
        self, state: State, seen: Sequence[Seen], knowledge: Knowledge
    ) -> tuple[list[Event], list[Snapshot]]:
        """Fold in slices that end where a snapshot is due."""
        events: list[Event] = []
        snapshots: list[Snapshot] = []
        final, at = state.count + len(seen), 0
        while at < len(seen):
            until = at + SNAPSHOT_EVERY - state.count % SNAPSHOT_EVERY
            observations = [Observation.of(orjson.loads(one.body)) for one in seen[at:until]]
            events += (
                Event(event.event_us, event.position, orjson.dumps(event.plain()))
                for event in fold(state, observations, knowledge)
            )
            if until <= len(seen) and state.last and worth_keeping(state.count, final):
                snapshots.append(Snapshot(state.last, state.count, self._codec.encode(state)))
            at = until
        return events, snapshots

    def _start(self, work: Work, claim: Claim, state: State) -> _Start:
        """Go on from the state, unless a mark points to something it has folded already.

        A state that was made with another calibration is never gone on from.
        """
        first = min(mark.place for mark in claim.marks)
        if claim.calibration != work.numbers.calibration:
            return _Start(State.new(), BEGINNING, back=True)
        if claim.last is None:
            return _Start(state, BEGINNING, back=False)
        if first > claim.last:
            return _Start(state, claim.last, back=False)
        snapshot = work.snapshot_before(claim.learner, first)
        if snapshot is None:
            return _Start(State.new(), BEGINNING, back=True)
        return _Start(self._codec.decode(snapshot.body), snapshot.place, back=True)


def _show(made_rows: Iterable[Row], made: Folded, known: _Known) -> None:
    """Note which view rows differ from those that are kept."""
    now: dict[ViewKey, ViewRow] = {
        (row.view, row.subject): (row.changes_at_us, orjson.dumps(row.body)) for row in made_rows
    }
    made.changed = {key: row for key, row in now.items() if known.views.get(key) != row}
    made.gone = [key for key in known.views if key not in now]
    known.views = now
