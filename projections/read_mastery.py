"""Mastery at a moment: each skill's status, likely-right range, reasons and next review."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from projections import mastery as m
from projections.explain import explain
from projections.figures import Figure, figure, rounded
from projections.instants import DAY_US, format_us
from projections.knowledge import Knowledge
from projections.prediction import own_weights, typical_logit
from projections.status import LEARNING, NEW, SLIPPING, status

Bodies = Mapping[str, Mapping[str, Any]]


def read_mastery(bodies: Bodies, at_us: int, knowledge: Knowledge) -> dict[str, Any]:
    """Every skill the learner has met, and what holds over all of them. last: when they last did
    something themselves."""
    whole = bodies.get("")
    overall = m.new_overall() if whole is None else whole["record"]
    skills = [
        read_skill(name, body, overall, at_us, knowledge) for name, body in bodies.items() if name
    ]
    skills.sort(key=lambda one: str(one["skill"]))
    return {
        "at": format_us(at_us),
        "calibration": 0 if whole is None else whole["calibration"],
        "last": None if whole is None else format_us(whole["last_us"]),
        "overall": _overall(overall),
        "skills": skills,
    }


def _overall(overall: m.Record) -> Figure:
    """How likely right lately, over all skills: decayed right answers."""
    n = overall[m.ANSWERS]
    lately = overall[m.RIGHT_97] / overall[m.COUNT_97] if n else None
    return figure("mastery", lately, n, ability=rounded(overall[m.ABILITY]))


class Standing(NamedTuple):
    """A skill in numbers. p: likely right on a typical item now, unaided, within low and high;
    sd: on the logit scale. n: answers."""

    status: str
    p: float
    low: float
    high: float
    sd: float
    n: int
    terms: tuple[float, ...]


def standing(
    name: str, record: m.Record, overall: m.Record, at_us: int, knowledge: Knowledge
) -> Standing:
    """What `read_skill` rests on; all that a cell of a class's grid needs."""
    last_us = record[m.S_LAST_US]
    gap = m.days_log(None if last_us is None else at_us - last_us)
    centre, terms = typical_logit(overall, record, name, knowledge, gap)
    sd = m.deviation(overall[m.INFORMATION], record[m.S_INFORMATION], gap)
    low, high = m.band(centre, sd)
    p, n = m.sigmoid(centre), record[m.S_ANSWERS]
    now = status(
        answers=n, ever_secure=record[m.S_FIRST_SECURE_US] is not None,
        secure_us=record[m.S_SECURE_US], p=p, at_us=at_us, knowledge=knowledge,
    )  # fmt: skip
    return Standing(now, p, low, high, sd, n, terms)


def read_skill(
    name: str, body: Mapping[str, Any], overall: m.Record, at_us: int, knowledge: Knowledge
) -> dict[str, Any]:
    """One skill: the probability of answering a typical item right now, unaided, and why."""
    record = body["record"]
    last_us = record[m.S_LAST_US]
    now, p, low, high, sd, n, terms = standing(name, record, overall, at_us, knowledge)
    key = f"mastery:{name}"
    calibration = knowledge.calibration
    base = calibration.intercept + calibration.skill_offset.get(name, 0.0)
    return {
        "skill": name,
        "aligned": bool(record[m.S_ALIGNED]),
        "status": now,
        "p": figure(key, p if n else None, n, low=rounded(low), high=rounded(high), sd=rounded(sd)),
        "right": figure(key, record[m.S_RIGHT] / n if n else None, n),
        "change": _change(key, record),
        "first": format_us(record[m.S_FIRST_US]),
        "last": format_us(last_us),
        "secure_since": format_us(record[m.S_SECURE_US]),
        "days_since": None if last_us is None else rounded((at_us - last_us) / DAY_US, 2),
        "next_review": _review(now, body["changes"], at_us),
        "changes": [
            {"at": format_us(moment), "status": into}
            for moment, into in body["changes"]
            if moment > at_us
        ],
        "trail": [thousandths / 1000.0 for thousandths in record[m.S_TRAIL]],
        "explanation": explain(terms, own_weights(calibration, name), base),
    }


def _change(key: str, record: m.Record) -> Figure:
    """Right after the last answer, less right after the one before."""
    trail = record[m.S_TRAIL]
    n = record[m.S_ANSWERS]
    return figure(key, (trail[-1] - trail[-2]) / 1000.0 if len(trail) > 1 else None, n)


def _review(now: str, changes: list[Any], at_us: int) -> str | None:
    """When a secure skill will have slipped; now if it has. Others are practised, not reviewed."""
    if now in (NEW, LEARNING):
        return None
    if now == SLIPPING:
        return format_us(at_us)
    due = [moment for moment, into in changes if into == SLIPPING]
    return format_us(max(due[0], at_us)) if due else None
