"""What a state predicts of an answer before it is folded."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from projections import mastery
from projections.items import Item
from projections.knowledge import ITEM_SLOPES, SKILL_SLOPES, Calibration, Knowledge
from projections.mastery import S_LAST_US, Record
from projections.weights import TERMS


class Prediction(NamedTuple):
    """p: of the answer being right, unaided. expected, fast_expected: what Elo expects."""

    p: float
    terms: tuple[float, ...]
    expected: float
    fast_expected: float


def predict(
    overall: Record, skills: Sequence[Record], names: tuple[str, ...], item: str, met: Item,
    event_us: int, begun: bool, knowledge: Knowledge,
) -> Prediction:  # fmt: skip
    """Predict an answer to an item of these skills at this moment."""
    calibration = knowledge.calibration
    difficulty = calibration.item_difficulty.get(item, 0.0)
    skill_difficulty = mastery.mean_of(calibration.skill_difficulty, names)
    values = mastery.terms(
        overall, skills, skill_difficulty=skill_difficulty, item_difficulty=difficulty,
        wins=met.wins, fails=met.fails, skill_gap=_gap(skills, event_us),
        item_gap=0.0 if met.last_us is None else mastery.days_log(event_us - met.last_us),
        new_session=begun,
    )  # fmt: skip
    offset = own_of_skills(calibration, names, values)
    offset += calibration.item_offset.get(item, 0.0)
    slope = calibration.item_slope.get(item)
    if slope is not None:
        for place in _ITEM_SLOPES:
            offset += slope * values[place]
    skill_ability = values[1]
    return Prediction(
        mastery.sigmoid(mastery.logit(values, calibration, offset)),
        values,
        mastery.sigmoid(overall[mastery.ABILITY] - difficulty + skill_ability - skill_difficulty),
        mastery.sigmoid(overall[mastery.FAST] - difficulty - skill_difficulty),
    )


def _gap(skills: Sequence[Record], event_us: int) -> float:
    total = 0.0
    for record in skills:
        if record[S_LAST_US] is not None:
            total += mastery.days_log(event_us - record[S_LAST_US])
    return total / len(skills)


def own_of_skills(
    calibration: Calibration, names: tuple[str, ...], values: tuple[float, ...]
) -> float:
    """What these skills add to the logit on their own account: offsets and slopes, averaged."""
    if not calibration.skill_offset and not calibration.skill_slopes:
        return 0.0
    total = 0.0
    for name in names:
        total += calibration.skill_offset.get(name, 0.0)
        own = calibration.skill_slopes.get(name)
        if own is not None:
            for place, slope in zip(_SKILL_SLOPES, own, strict=True):
                total += slope * values[place]
    return total / len(names)


def own_weights(calibration: Calibration, name: str) -> tuple[float, ...]:
    """The weights of the terms for a typical item of one skill: everybody's, and its slopes."""
    own = calibration.skill_slopes.get(name)
    if own is None:
        return calibration.weights
    weights = list(calibration.weights)
    for place, slope in zip(_SKILL_SLOPES, own, strict=True):
        weights[place] += slope
    return tuple(weights)


def typical_logit(
    overall: Record, record: Record, name: str, knowledge: Knowledge, skill_gap: float = 0.0
) -> tuple[float, tuple[float, ...]]:
    """The logit of a typical item of one skill, never met before; and its terms."""
    calibration = knowledge.calibration
    values = mastery.terms(
        overall, (record,), item_difficulty=0.0, skill_gap=skill_gap,
        skill_difficulty=calibration.skill_difficulty.get(name, 0.0),
    )  # fmt: skip
    return mastery.logit(values, calibration, own_of_skills(calibration, (name,), values)), values


_SKILL_SLOPES: Final = tuple([TERMS.index(name) for name in SKILL_SLOPES])
_ITEM_SLOPES: Final = tuple([TERMS.index(name) for name in ITEM_SLOPES])
