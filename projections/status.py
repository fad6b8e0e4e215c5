"""The status of a skill: new, learning, secure, lasting or slipping (projections.md)."""

from math import expm1, log
from typing import Final

from projections import mastery
from projections.instants import DAY_US
from projections.knowledge import Knowledge
from projections.mastery import (
    INFORMATION,
    S_ANSWERS,
    S_FIRST_SECURE_US,
    S_INFORMATION,
    S_LAST_UNAIDED,
    S_LAST_US,
    S_LOGIT,
    S_SECURE_US,
    S_TRAIL,
    Record,
)  # fmt: skip
from projections.prediction import typical_logit
from projections.weights import TERMS

NEW: Final = "new"
LEARNING: Final = "learning"
SECURE: Final = "secure"
LASTING: Final = "lasting"
SLIPPING: Final = "slipping"

_GAP: Final = TERMS.index("gap_skill")


def update(
    overall: Record, record: Record, name: str, right: int, helped: bool, event_us: int,
    knowledge: Knowledge,
) -> bool:  # fmt: skip
    """After evidence: likely right, secure or not. True if secure for the first time."""
    centre, _ = typical_logit(overall, record, name, knowledge)
    record[S_LOGIT] = centre
    if not helped:
        record[S_LAST_UNAIDED] = 1 if right else -1
    p = mastery.sigmoid(centre)
    trail = record[S_TRAIL]
    trail.append(round(p * 1000.0))
    if len(trail) > mastery.TRAIL:
        del trail[0]
    if not right or helped:
        record[S_SECURE_US] = None
        return False
    if record[S_SECURE_US] is not None:
        if p < knowledge.settings.slipping:
            record[S_SECURE_US] = None
        return False
    if not _secure(overall, record, centre, p, knowledge):
        return False
    record[S_SECURE_US] = event_us
    return record[S_FIRST_SECURE_US] is None


def _secure(overall: Record, record: Record, centre: float, p: float, knowledge: Knowledge) -> bool:
    settings = knowledge.settings
    if p < settings.secure or record[S_ANSWERS] < settings.secure_observations:
        return False
    if record[S_LAST_UNAIDED] != 1:
        return False
    sd = mastery.deviation(overall[INFORMATION], record[S_INFORMATION])
    low, high = mastery.band(centre, sd)
    return high - low <= settings.secure_band


def status(
    *, answers: int, ever_secure: bool, secure_us: int | None, p: float, at_us: int,
    knowledge: Knowledge,
) -> str:  # fmt: skip
    """The status at a moment. p: likely right then, forgetting included."""
    settings = knowledge.settings
    if answers == 0:
        return NEW
    if ever_secure and p < settings.slipping:
        return SLIPPING
    if secure_us is None:
        return LEARNING
    held = at_us - secure_us >= settings.lasting_days * DAY_US
    return LASTING if held and p >= settings.secure else SECURE


def changes(record: Record, knowledge: Knowledge) -> list[tuple[int, str]]:
    """When the status changes by itself after the last evidence, and into what; in order.

    As the learner was over all skills when this one was last answered: evidence on other skills
    moves the moment a little, and a reading takes that into account.
    """
    settings = knowledge.settings
    secure_us, last_us = record[S_SECURE_US], record[S_LAST_US]
    if last_us is None or record[S_FIRST_SECURE_US] is None:
        return []
    found: list[tuple[int, str]] = []
    slips_us = _reaches(record, settings.slipping, knowledge)
    if secure_us is not None:
        lasting_us = secure_us + int(settings.lasting_days * DAY_US)
        fades_us = _reaches(record, settings.secure, knowledge)
        if lasting_us > last_us and (fades_us is None or lasting_us < fades_us):
            found.append((lasting_us, LASTING))
        if fades_us is not None and fades_us > max(lasting_us, last_us):
            found.append((fades_us, SECURE))
    if slips_us is not None and slips_us > last_us:
        found.append((slips_us, SLIPPING))
    return found


def _reaches(record: Record, p: float, knowledge: Knowledge) -> int | None:
    """When forgetting alone brings the likely-right probability down to p."""
    weight = knowledge.calibration.weights[_GAP]
    drop = record[S_LOGIT] - log(p / (1.0 - p))
    if weight >= 0.0 or drop <= 0.0:
        return None
    days = drop / -weight
    if days > 12.0:  # ln(1 + days): more than four centuries
        return None
    return int(record[S_LAST_US]) + int(expm1(days) * DAY_US) + 1
