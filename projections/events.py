"""Learning events: what the fold made of each observation. The analysts' fact table."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final


@dataclass(slots=True)
class LearningEvent:
    """What one observation counted for.

    opportunity: which one it is on its (first) skill, 1 is the first. attempt: which one on its
    item within the opportunity. right: whether the answer was, helped or not. evidence: 0 or 1 if
    it is the opportunity's evidence of mastery. p: the probability of `evidence` being 1 as
    predicted before. helped: help was taken before it on this step. active_s: active seconds that
    it adds, by `source` reported, estimated or imputed. secured: skills that it made secure.
    figures: what it is counted in; `mastery` stands for that of each of its skills.
    """

    position: int
    statement_id: str
    event_us: int
    kind: str
    item: str | None
    session: int
    skills: tuple[str, ...] = ()
    aligned: bool = False
    opportunity: int | None = None
    attempt: int | None = None
    right: int | None = None
    evidence: int | None = None
    p: float | None = None
    helped: bool = False
    active_s: float = 0.0
    source: str | None = None
    secured: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    terms: tuple[float, ...] = ()

    @property
    def counts(self) -> list[str]:
        """The keys of all figures that this statement is behind."""
        keys: list[str] = []
        for figure in self.figures:
            if figure == MASTERY:
                keys.extend((MASTERY, *(f"{MASTERY}:{skill}" for skill in self.skills)))
            elif figure == SECURED:
                keys.extend((SECURED, *(f"{SECURED}:{skill}" for skill in self.secured)))
            else:
                keys.append(figure)
        return keys

    def counts_for(self, figure: str) -> bool:
        """Whether this statement is behind the figure with this key."""
        name, found, skill = figure.partition(":")
        if not found or name not in (MASTERY, SECURED):
            return figure in self.figures
        return name in self.figures and skill in (self.skills if name == MASTERY else self.secured)

    def plain(self) -> list[Any]:
        """The fields in order as JSON values; `terms` is for calibration and is not kept."""
        return list(_KEPT(self))

    @staticmethod
    def of(plain: Sequence[Any]) -> "LearningEvent":
        made = LearningEvent(*plain)
        made.skills, made.secured = tuple(made.skills), tuple(made.secured)
        made.figures, made.flags = tuple(made.figures), tuple(made.flags)
        return made


MASTERY: Final = "mastery"
SECURED: Final = "pace.secured"
KEPT: Final = tuple(one.name for one in fields(LearningEvent) if one.name != "terms")
_KEPT: Final = attrgetter(*KEPT)
