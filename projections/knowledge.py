"""What the fold knows beside the learner: calibration, alignment and settings.

Everything that compares learners or describes an item comes from here and never from the fold,
which would tie learners to each other and to the order of arrival (projections.md, Calibration).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from projections.norm import Norm
from projections.settings import DEFAULT, Settings
from projections.weights import INTERCEPT, TERMS, WEIGHTS

SKILL_SLOPES: Final = (
    "ability", "skill_ability", "skill_difficulty", "item_difficulty", "fast_ability", "lag",
    "form_75", "newness", "skill_right", "skill_wrong",
)  # fmt: skip
"""The terms that a skill may weigh in its own way, in the order of `TERMS`."""
ITEM_SLOPES: Final = ("ability", "skill_ability")
"""The terms that an item may weigh in its own way: how well it tells who can from who cannot."""

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
    skill_slopes: weights added, for one skill, to those of the terms named in `SKILL_SLOPES`.
    item_slope: a weight added, for one item, to those of the terms named in `ITEM_SLOPES`.
    hints_available: items at which help can be had, and how many levels of it. norms: what is
    usual among the store's learners, by the figure of the pace reading.
    """

    number: int = 0
    intercept: float = INTERCEPT
    weights: tuple[float, ...] = WEIGHTS
    item_difficulty: Mapping[str, float] = field(default_factory=_none)
    skill_difficulty: Mapping[str, float] = field(default_factory=_none)
    item_offset: Mapping[str, float] = field(default_factory=_none)
    item_slope: Mapping[str, float] = field(default_factory=_none)
    skill_offset: Mapping[str, float] = field(default_factory=_none)
    skill_slopes: Mapping[str, tuple[float, ...]] = field(default_factory=_none)
    item_times: Mapping[str, ItemTime] = field(default_factory=_none)
    hints_available: Mapping[str, int] = field(default_factory=_none)
    norms: Mapping[str, Norm] = field(default_factory=_none)

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
            "item_slope": dict(self.item_slope),
            "skill_offset": dict(self.skill_offset),
            "skill_slopes": {
                skill: dict(zip(SKILL_SLOPES, own, strict=True))
                for skill, own in self.skill_slopes.items()
            },
            "item_times": {item: list(time) for item, time in self.item_times.items()},
            "hints_available": dict(self.hints_available),
            "norms": {name: list(norm) for name, norm in self.norms.items()},
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
            item_slope=plain["item_slope"],
            skill_offset=plain["skill_offset"],
            skill_slopes={
                skill: tuple([own.get(term, 0.0) for term in SKILL_SLOPES])
                for skill, own in plain["skill_slopes"].items()
            },
            item_times={item: ItemTime(*time) for item, time in plain["item_times"].items()},
            hints_available=plain["hints_available"],
            norms={name: Norm(*norm) for name, norm in plain.get("norms", {}).items()},
        )


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
