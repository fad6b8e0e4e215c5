"""Many learners at a moment: one cell for a learner and skill, with the figures of `read_mastery`
and none of its reasons; and a learner's last weeks against their own before."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from projections import mastery as m
from projections import pace as p
from projections.figures import rounded
from projections.instants import DAY_US, WEEK_US, format_us
from projections.knowledge import Knowledge
from projections.read_mastery import standing

Bodies = Mapping[str, Mapping[str, Any]]
WEEKS: Final = 4  # a span that is compared with the one before it
_SPAN_US: Final = WEEKS * WEEK_US


class Cell(NamedTuple):
    """p: likely right now, unaided; None while nothing was answered. low, high: its range. n:
    answers. last_us: of the last one. slips_us: when it slips by itself, if it is secure now."""

    skill: str
    status: str
    p: float | None
    low: float
    high: float
    n: int
    last_us: int | None
    slips_us: int | None

    @property
    def key(self) -> str:
        """Finds the statements behind it."""
        return f"mastery:{self.skill}"

    def plain(self) -> dict[str, Any]:
        """As the API says it."""
        return {
            "skill": self.skill,
            "status": self.status,
            "p": self.p,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "last": format_us(self.last_us),
            "figure": self.key,
        }


def read_cells(bodies: Bodies, at_us: int, knowledge: Knowledge) -> list[Cell]:
    """One for each skill that the learner met or has a goal for, by its IRI."""
    whole = bodies.get("")
    overall = m.new_overall() if whole is None else whole["record"]
    return [_cell(name, bodies[name], overall, at_us, knowledge) for name in sorted(bodies) if name]


def _cell(
    name: str, body: Mapping[str, Any], overall: m.Record, at_us: int, knowledge: Knowledge
) -> Cell:
    record = body["record"]
    now, likely, low, high, _sd, n, _terms = standing(name, record, overall, at_us, knowledge)
    slips_us = None
    for moment, into in body["changes"]:
        if into == "slipping" and moment > at_us:
            slips_us = moment
    return Cell(
        name, now, rounded(likely) if n else None, rounded(low), rounded(high), n,
        record[m.S_LAST_US], slips_us,
    )  # fmt: skip


class Span(NamedTuple):
    """What a learner did in four weeks. n: of them, those since the learner is known."""

    n: int
    answers: int
    secured: int
    active_days: int
    active_seconds: float

    def plain(self) -> dict[str, Any]:
        return {
            "weeks": self.n,
            "answers": self.answers,
            "secured": self.secured,
            "active_days": self.active_days,
            "active_seconds": rounded(self.active_seconds, 1),
        }


class Lately(NamedTuple):
    """now: the last four complete weeks. before: the four before these; None while nothing is
    known of then. secure, secure_before: skills that had been secure now, and four weeks ago."""

    now: Span | None
    before: Span | None
    secure: int
    secure_before: int

    def plain(self) -> dict[str, Any]:
        return {
            "now": None if self.now is None else self.now.plain(),
            "before": None if self.before is None else self.before.plain(),
            "ever_secure": self.secure,
            "ever_secure_before": self.secure_before,
        }


def read_lately(mastery: Bodies, pace: Bodies, at_us: int) -> Lately:
    """A learner's last four complete weeks, against their own four before."""
    secure = before = 0
    for name, body in mastery.items():
        first_us = body["record"][m.S_FIRST_SECURE_US] if name else None
        if first_us is not None and first_us <= at_us:
            secure += 1
            before += first_us <= at_us - _SPAN_US
    body = pace.get("") or {}
    first_us, weeks = body.get("first_us"), body.get("weeks", ())
    if first_us is None:
        return Lately(None, None, secure, before)
    end, first = p.week_number(at_us), p.week_number(first_us)
    return Lately(
        _span(weeks, max(end - WEEKS, first), end),
        _span(weeks, max(end - 2 * WEEKS, first), end - WEEKS), secure, before,
    )  # fmt: skip


def _span(weeks: Sequence[Sequence[Any]], first: int, end: int) -> Span | None:
    if first >= end:
        return None
    answers = secured = days = 0
    seconds = 0.0
    for week in weeks:
        if first <= week[p.WEEK] < end:
            answers += week[p.WEEK_ANSWERS]
            secured += week[p.WEEK_SECURED]
            days += week[p.WEEK_DAYS].bit_count()
            for part in week[p.WEEK_REPORTED_S : p.WEEK_IMPUTED_S + 1]:
                seconds += part
    return Span(end - first, answers, secured, days, seconds)


def active_days(weeks: Sequence[Sequence[Any]]) -> list[int]:
    """The days with activity, as numbers that grow by one a day."""
    return [
        week[p.WEEK] * 7 + day
        for week in sorted(weeks, key=lambda week: int(week[p.WEEK]))
        for day in range(7)
        if week[p.WEEK_DAYS] >> day & 1
    ]


def day_number(at_us: int) -> int:
    """The number of the day of a moment, as in `active_days`."""
    number = p.week_number(at_us)
    return number * 7 + (at_us - p.monday_us(number)) // DAY_US
