"""What a state predicts of an answer before it is folded."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections import mastery
from projections.items import Item
from projections.knowledge import Knowledge
from projections.mastery import S_ABILITY, S_LAST_US, Record


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
    offset = calibration.item_offset.get(item, 0.0)
    offset += mastery.mean_of(calibration.skill_offset, names)
    offset += slopes(calibration.skill_slopes, names, skills, overall)
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


def slopes(given: Any, names: tuple[str, ...], skills: Sequence[Record], overall: Record) -> float:
    """How much more these skills weigh ability, skill ability and form than others do."""
    if not given:
        return 0.0
    total = 0.0
    for name, record in zip(names, skills, strict=True):
        own = given.get(name)
        if own is not None:
            total += own[0] * overall[mastery.ABILITY] + own[1] * record[S_ABILITY]
            total += own[2] * mastery.form(record[mastery.S_RIGHT_75], record[mastery.S_COUNT_75])
    return total / len(names)


def typical_logit(
    overall: Record, record: Record, name: str, knowledge: Knowledge, skill_gap: float = 0.0
) -> tuple[float, tuple[float, ...]]:
    """The logit of a typical item of one skill, never met before; and its terms."""
    values = mastery.terms(
        overall, (record,), item_difficulty=0.0, skill_gap=skill_gap,
        skill_difficulty=knowledge.calibration.skill_difficulty.get(name, 0.0),
    )  # fmt: skip
    offset = offset_of(overall, record, name, knowledge)
    return mastery.logit(values, knowledge.calibration, offset), values


def offset_of(overall: Record, record: Record, name: str, knowledge: Knowledge) -> float:
    """What a calibration adds for this skill beside the terms."""
    calibration = knowledge.calibration
    offset = calibration.skill_offset.get(name, 0.0)
    return offset + slopes(calibration.skill_slopes, (name,), (record,), overall)
