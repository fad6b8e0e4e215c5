"""What the fold knows beside the learner: calibration, alignment and settings.

Everything that compares learners or describes an item comes from here and never from the fold,
which would tie learners to each other and to the order of arrival (projections.md, Calibration).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from projections.settings import DEFAULT, Settings
from projections.weights import INTERCEPT, TERMS, WEIGHTS

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def _none() -> Mapping[str, Any]:
    return _NONE


class ItemTime(NamedTuple):
    """How long an item takes, in seconds: the median, and the most that is believed."""

    median_s: float
    cap_s: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """An immutable, numbered calibration; 0 is none: documented constants.

    Difficulties are on the ability scale, higher is harder. Offsets are added to the logit.
    skill_slopes: weights added, for one skill, to those of the terms named in `SLOPES`.
    hints_available: items at which help can be had, and how many levels of it.
    """

    number: int = 0
    intercept: float = INTERCEPT
    weights: tuple[float, ...] = WEIGHTS
    item_difficulty: Mapping[str, float] = field(default_factory=_none)
    skill_difficulty: Mapping[str, float] = field(default_factory=_none)
    item_offset: Mapping[str, float] = field(default_factory=_none)
    skill_offset: Mapping[str, float] = field(default_factory=_none)
    skill_slopes: Mapping[str, tuple[float, ...]] = field(default_factory=_none)
    item_times: Mapping[str, ItemTime] = field(default_factory=_none)
    hints_available: Mapping[str, int] = field(default_factory=_none)

    def __post_init__(self) -> None:
        if len(self.weights) != len(TERMS):
            raise ValueError(f"a calibration needs {len(TERMS)} weights")

    def plain(self) -> dict[str, Any]:
        """Everything but the number, as JSON values."""
        return {
            "intercept": self.intercept,
            "weights": dict(zip(TERMS, self.weights, strict=True)),
            "item_difficulty": dict(self.item_difficulty),
            "skill_difficulty": dict(self.skill_difficulty),
            "item_offset": dict(self.item_offset),
            "skill_offset": dict(self.skill_offset),
            "skill_slopes": {skill: list(own) for skill, own in self.skill_slopes.items()},
            "item_times": {item: list(time) for item, time in self.item_times.items()},
            "hints_available": dict(self.hints_available),
        }

    @staticmethod
    def of(number: int, plain: Mapping[str, Any]) -> "Calibration":
        """What `plain` gave; a term that was unknown when it was fitted weighs nothing."""
        weights = plain["weights"]
        return Calibration(
            number=number,
            intercept=plain["intercept"],
            weights=tuple([weights.get(term, 0.0) for term in TERMS]),
            item_difficulty=plain["item_difficulty"],
            skill_difficulty=plain["skill_difficulty"],
            item_offset=plain["item_offset"],
            skill_offset=plain["skill_offset"],
            skill_slopes={skill: tuple(own) for skill, own in plain["skill_slopes"].items()},
            item_times={item: ItemTime(*time) for item, time in plain["item_times"].items()},
            hints_available=plain["hints_available"],
        )


SLOPES: Final = ("ability", "skill_ability", "form_75")
"""The terms that a skill may weigh in its own way."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """calibration, item → skills as uploaded by the analyst, and thresholds."""

    calibration: Calibration = field(default_factory=Calibration)
    alignment: Mapping[str, tuple[str, ...]] = field(default_factory=_none)
    settings: Settings = DEFAULT

    @staticmethod
    def default() -> "Knowledge":
        return _DEFAULT


_DEFAULT: Final = Knowledge()
