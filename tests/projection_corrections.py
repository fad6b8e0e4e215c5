"""A store in memory: statements arrive, are corrected, and whoever is affected is folded again.

What workers do with a database, in fifty lines: so that the laws of the fold can be held against
every kind of correction, in any order, many times over.
"""

import random
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from projection_histories import KNOWLEDGE, kept, shown
from projections.events import LearningEvent
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.observe import observe
from projections.people import name_of
from projections.signals import SignalMap
from projections.state import State

SECOND_US = 1_000_000
RECEIVED_US = 1_790_000_000 * SECOND_US
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_SNAPSHOT_EVERY = 5
_SIGNALS = SignalMap.default()

Place = tuple[int, int]


class Folded:
    """A learner as folded so far, with snapshots to go back to."""

    def __init__(self) -> None:
        self.state = State.new()
        self.events: list[LearningEvent] = []
        self.snapshots: list[State] = []

    def back_to(self, place: Place) -> None:
        """Forget what is at this place or later."""
        self.snapshots = [one for one in self.snapshots if one.last and one.last < place]
        self.state = kept(self.snapshots[-1]) if self.snapshots else State.new()
        last = self.state.last or (-1, -1)
        self.events = [one for one in self.events if (one.event_us, one.position) <= last]

    def go_on(self, observations: Iterable[Observation], knowledge: Knowledge) -> None:
        for o in observations:
            if self.state.last is None or (o.event_us, o.position) > self.state.last:
                self.events += fold(self.state, [o], knowledge)
                if self.state.count % _SNAPSHOT_EVERY == 0:
                    self.snapshots.append(kept(self.state))


class Store:
    """incremental: fold after every change, from a snapshot; else only when asked."""

    def __init__(self, *, incremental: bool) -> None:
        self._incremental = incremental
        self._ids: set[str] = set()
        self._told: dict[str, list[Observation]] = {}
        self._voided: set[str] = set()
        self._joined: dict[str, str] = {}
        self._folded: dict[str, Folded] = {}
        self.knowledge = KNOWLEDGE

    def append(self, statement: Mapping[str, Any], position: int) -> None:
        """A statement arrives; one that is known already changes nothing."""
        if statement["id"] in self._ids:
            return
        self._ids.add(statement["id"])
        if statement["verb"]["id"] == VOIDED:
            self.void(statement["object"]["id"])
            return
        stored_us = RECEIVED_US + position * (1 if position % 3 else SECOND_US)
        seen = observe(statement, position=position, stored_us=stored_us, signals=_SIGNALS)
        for agent, o in seen.observations:
            who = name_of(agent) or ""
            self._told.setdefault(who, []).append(o)
            if o.statement_id not in self._voided:
                self._again(self._learner(who), (o.event_us, o.position))

    def void(self, statement_id: str) -> None:
        self._voided.add(statement_id)
        for who, told in self._told.items():
            for o in told:
                if o.statement_id == statement_id:
                    self._again(self._learner(who), (o.event_us, o.position))

    def align(self, item: str, skills: tuple[str, ...]) -> None:
        alignment = {**self.knowledge.alignment, item: skills}
        self.knowledge = Knowledge(self.knowledge.calibration, alignment, self.knowledge.settings)
        for who, told in self._told.items():
            for o in told:
                if o.item == item:
                    self._again(self._learner(who), (o.event_us, o.position))

    def join(self, who: str, other: str) -> None:
        """Two identities are one person."""
        self._move(who, self._learner(other))

    def separate(self, who: str) -> None:
        self._move(who, who)

    def _move(self, who: str, to: str) -> None:
        parted = self._learner(who)
        for one in dict.fromkeys((who, *self._told, *self._joined)):  # told of already or not
            if one == who or (to != who and self._learner(one) == parted):
                self._joined[one] = to
        for learner in (parted, to):
            self._again(learner, (-(2**62), 0))

    def _learner(self, who: str) -> str:
        return self._joined.get(who, who)

    def _history(self, learner: str) -> list[Observation]:
        found = [
            o
            for who, told in self._told.items()
            if self._learner(who) == learner
            for o in told
            if o.statement_id not in self._voided
        ]
        return sorted(found, key=lambda o: (o.event_us, o.position))

    def _again(self, learner: str, place: Place) -> None:
        if not self._incremental:
            return
        folded = self._folded.setdefault(learner, Folded())
        if folded.state.last is not None and place <= folded.state.last:
            folded.back_to(place)
        folded.go_on(self._history(learner), self.knowledge)

    def everything(self) -> dict[str, str]:
        """What is kept of every learner, as text."""
        made = {}
        for learner in sorted({self._learner(who) for who in self._told}):
            folded = self._folded.get(learner, Folded())
            if not self._incremental:
                folded.go_on(self._history(learner), self.knowledge)
            if folded.state.last is not None:
                made[learner] = shown(folded.state, folded.events, self.knowledge)
        return made


class Change(NamedTuple):
    """kind: append, void, align, join or separate. The rest is what the store's method takes."""

    kind: str
    about: tuple[Any, ...]

    def apply(self, store: Store) -> None:
        getattr(store, "append" if self.kind == "void" else self.kind)(*self.about)


_ITEMS = "https://school.example/items/"
_SKILLS = "https://school.example/skills/"
_ADL = "http://adlnet.gov/expapi/"
_ATTEMPT_ID = "http://id.tincanapi.com/extension/attempt-id"
_CONFIDENCE = "https://w3id.org/xapi/tla/extensions/confidence"
_OPENEDX_SESSION = "https://w3id.org/xapi/openedx/extensions/session-id"
_WHO = ("mailto:ada@example.org", "mailto:ada@home.example", "mailto:bo@example.org")


def changes(seed: int, n: int) -> list[Change]:
    """Statements and corrections of every kind, in one order of arrival."""
    draw = random.Random(seed)
    made: list[Change] = []
    sent: list[Change] = []
    for number in range(n):
        kind = draw.random()
        if kind < 0.08 and sent:
            target = draw.choice(sent).about[0]["id"]
            made.append(Change("void", (_voiding(target, number), 2 * number)))
        elif kind < 0.12 and sent:
            made.append(draw.choice(sent))  # delivered again
        elif kind < 0.16:
            item, skill = f"{_ITEMS}{draw.randrange(4)}", f"{_SKILLS}{draw.randrange(3)}"
            made.append(Change("align", (item, (skill,))))
        elif kind < 0.24:
            who = draw.sample(_WHO, 2)
            apart = draw.random() < 0.7
            made.append(Change("separate", (who[0],)) if apart else Change("join", tuple(who)))
        else:
            some = [
                Change("append", (one, 2 * number + at))
                for at, one in enumerate(_statements(draw, number))
            ]
            sent += some
            made += some
    return made


def _voiding(statement_id: str, number: int) -> dict[str, Any]:
    return {
        "id": f"voiding-{number}",
        "actor": {"mbox": "mailto:teacher@example.org"},
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": statement_id},
    }


def _statements(draw: random.Random, number: int) -> list[dict[str, Any]]:
    """One statement, or the two tellings of one answer."""
    actor = {"mbox": draw.choice(_WHO)}
    at = draw.choice((0, 1, 5, 30, 2_000, 90_000, 800_000)) * draw.randrange(4)
    if draw.random() < 0.05:
        at = 300_000_000  # a clock that runs ten years ahead
    item = draw.randrange(4)
    base: dict[str, Any] = {
        "id": f"{number:04x}", "actor": actor, "timestamp": _time(at),
        "context": {"registration": draw.choice(("r1", "r2")), "extensions": {}},
    }  # fmt: skip
    kind = draw.random()
    if kind < 0.08:
        group = [{"mbox": one} for one in draw.sample(_WHO, 2)]
        base["actor"] = {"objectType": "Group", "member": group}
        return [base | _answered(draw, item)]
    if kind < 0.12:
        base["context"]["instructor"] = actor
        return [base | _answered(draw, item)]
    if kind < 0.3:
        return [base | _hint(item, draw.randrange(1, 4))]
    if kind < 0.4:
        return [base | _goal(draw)]
    made = base | _answered(draw, item)
    if kind < 0.6:
        base["context"]["extensions"][_CONFIDENCE] = 0.8
    if kind < 0.5:
        attempt = {_ATTEMPT_ID: draw.randrange(1, 3)}
        made["context"] = made["context"] | {"extensions": attempt}
        again = made | {"id": f"{number:04x}-again", "timestamp": _time(at + 2)}
        if draw.random() < 0.3:
            again["result"] = {"success": draw.random() < 0.5}
        return [made, again]
    return [made]


def _time(seconds: int) -> str:
    minute, second = divmod(seconds, 60)
    hour, minute = divmod(minute, 60)
    day, hour = divmod(hour, 24)
    year, day = divmod(day, 28)
    return f"{2026 + year:04d}-09-{1 + day:02d}T{hour:02d}:{minute:02d}:{second:02d}Z"


def _answered(draw: random.Random, item: int) -> dict[str, Any]:
    result: dict[str, Any] = {"success": draw.random() < 0.7}
    if draw.random() < 0.5:
        result["duration"] = draw.choice(("PT12S", "PT2M", "P1M"))
    return {
        "verb": {"id": f"{_ADL}verbs/answered"},
        "object": {"id": f"{_ITEMS}{item}"},
        "result": result,
    }


def _hint(item: int, level: int) -> dict[str, Any]:
    kind = "https://w3id.org/xapi/acrossx/extensions/supplemental-info"
    return {
        "verb": {"id": f"{_ADL}verbs/asked"},
        "object": {"id": f"{_ITEMS}{item}/hint/{level}", "definition": {"type": kind}},
    }


def _goal(draw: random.Random) -> dict[str, Any]:
    kind = "http://id.tincanapi.com/activitytype/goal"
    return {
        "verb": {"id": "http://id.tincanapi.com/verb/defined"},
        "object": {
            "id": f"https://school.example/goals/{draw.randrange(2)}",
            "definition": {"type": kind},
        },
    }
