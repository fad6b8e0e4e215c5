"""What is known of one learner after an observation: everything the next one needs."""

from collections.abc import Sequence
from typing import Any, Final

from projections import mastery, pace

VERSION: Final = 3


class State:
    """Plain JSON values throughout, bounded in size, and in an order that is part of them.

    `plain` and `of` share memory with the state: serialise before folding further. Members of
    objects must keep their order, as JSON texts and msgpack do.

    last: (event_us, position) of the last observation folded. overall, skills: records of
    mastery.py. items: items.py. steps: open opportunities. heard: answers told lately. together:
    what was known before answers given together. parents: assessments whose questions were
    answered lately. sessions, pace, weeks: sessions.py and pace.py. tallies: independence.py.
    offers, preferences: choices.py. goals: goals.py. behind: how many statements are behind each
    figure that is one for the whole learner. story: story.py.
    """

    __slots__ = (
        "behind", "count", "goals", "heard", "items", "last", "offers", "overall", "pace",
        "parents", "preferences", "sessions", "skills", "steps", "story", "tallies", "together",
        "weeks",
    )  # fmt: skip

    def __init__(self, values: Sequence[Any]) -> None:
        self.count: int = values[0]
        self.last: tuple[int, int] | None = None if values[1] is None else tuple(values[1])
        self.overall: list[Any] = values[2]
        self.skills: dict[str, list[Any]] = values[3]
        self.items: dict[str, int] = values[4]
        self.steps: dict[str, list[Any]] = values[5]
        self.heard: list[list[Any]] = values[6]
        self.together: list[Any] | None = values[7]
        self.parents: list[str] = values[8]
        self.sessions: list[Any] = values[9]
        self.pace: list[Any] = values[10]
        self.weeks: list[list[Any]] = values[11]
        self.tallies: dict[str, list[Any]] = values[12]
        self.offers: list[str] = values[13]
        self.preferences: dict[str, list[Any]] = values[14]
        self.goals: dict[str, list[Any]] = values[15]
        self.behind: dict[str, int] = values[16]
        self.story: dict[str, Any] = values[17]

    @staticmethod
    def new() -> "State":
        """Nothing is known."""
        overall, pace_ = mastery.new_overall(), pace.new_pace()
        return State(
            [0, None, overall, {}, {}, {}, [], None, [], [0, []], pace_, [], {}, [], {}, {}, {}, {}]
        )

    @staticmethod
    def of(plain: Sequence[Any]) -> "State":
        """What `plain` gave, also after a round trip through JSON or msgpack."""
        if plain[0] != VERSION:
            raise ValueError(f"a state of version {plain[0]} cannot be folded on: rebuild")
        return State(plain[1:])

    def plain(self) -> list[Any]:
        """The state as JSON values; nothing is copied."""
        return [
            VERSION, self.count, None if self.last is None else list(self.last), self.overall,
            self.skills, self.items, self.steps, self.heard, self.together, self.parents,
            self.sessions, self.pace, self.weeks, self.tallies, self.offers, self.preferences,
            self.goals, self.behind, self.story,
        ]  # fmt: skip
