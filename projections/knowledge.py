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
