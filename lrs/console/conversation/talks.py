"""Talks of a learner as the sheet shows them: what was said, agreed, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Settled(NamedTuple):
    """What became of an agreement: done or dropped. at: when that was told. themself: the learner
    told it; by: or somebody else, by name, empty for whom nobody knows."""

    outcome: str
    at: str
    themself: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """id: of the agreement, over all talks. who: sees to it, one of `sheet.WHO`. about: the IRI of
    a skill or goal, or empty. by: a day. settled: None while it is open."""

    id: str
    text: str
    about: str = ""
    who: str = "learner"
    by: str | None = None
    settled: Settled | None = None

    @property
    def outcome(self) -> str:
        return "open" if self.settled is None else self.settled.outcome


@dataclass(frozen=True, slots=True)
class Talk:
    """id: of its statement. at: when. by: who wrote it down. voices: by prompt and voice. next: the
    day of the next one. began: learner or teacher."""

    id: str
    at: str
    by: str = ""
    voices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    goal: str = ""
    agreed: tuple[Agreement, ...] = ()
    next: str | None = None
    began: str = "teacher"

    @property
    def done(self) -> int:
        return sum(one.outcome == "done" for one in self.agreed)


class Prepared(NamedTuple):
    """What the learner wrote down before the talk. at: when."""

    prompt: str
    text: str
    at: str


MOST_FOLLOWED = 12


def to_follow(talks: Sequence[Talk]) -> list[tuple[Talk, Agreement]]:
    """What was agreed last time, and what is still open from before; the newest talk first."""
    with_some = [one for one in talks if one.agreed]
    found = [(talk, one) for talk in with_some[:1] for one in talk.agreed]
    found += [(talk, one) for talk in with_some[1:] for one in talk.agreed if one.outcome == "open"]
    return found[:MOST_FOLLOWED]
