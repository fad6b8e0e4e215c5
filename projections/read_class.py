"""Many learners at a moment: one cell for a learner and skill, with the figures of `read_mastery`
and none of its reasons; and a learner's last weeks against their own before."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from projections import mastery as m
from projections import pace as p
from projections.figures import rounded
from projections.instants import DAY_US, WEEK_US, format_us
from projections.knowledge import Knowledge
from projections.prediction import own_of_skills, typical_logit
from projections.status import SLIPPING, status
from projections.weights import TERMS

Bodies = Mapping[str, Mapping[str, Any]]
WEEKS: Final = 4  # a span that is compared with the one before it
_GAP: Final = TERMS.index("gap_skill")
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


class Steady(NamedTuple):
    """What a cell rests on that time does not move. before, after: of the logit's weighted sum
    what comes before the time since the last answer, and the parts that come after it; gap: what
    that time weighs. variance: of the logit, without what time adds."""

    skill: str
    n: int
    last_us: int | None
    first_secure_us: int | None
    secure_us: int | None
    slips_us: tuple[int, ...]
    before: float
    gap: float
    after: tuple[float, ...]
    variance: float


def read_steady(bodies: Bodies, knowledge: Knowledge) -> list[Steady]:
    """One for each skill that the learner met or has a goal for, by its IRI."""
    whole = bodies.get("")
    overall = m.new_overall() if whole is None else whole["record"]
    return [_steady(name, bodies[name], overall, knowledge) for name in sorted(bodies) if name]


def _steady(name: str, body: Mapping[str, Any], overall: m.Record, knowledge: Knowledge) -> Steady:
    record, calibration = body["record"], knowledge.calibration
    _logit, values = typical_logit(overall, record, name, knowledge)
    before = calibration.intercept + own_of_skills(calibration, (name,), values)
    parts = [weight * value for weight, value in zip(calibration.weights, values, strict=True)]
    for part in parts[:_GAP]:
        before += part
    return Steady(
        name, record[m.S_ANSWERS], record[m.S_LAST_US], record[m.S_FIRST_SECURE_US],
        record[m.S_SECURE_US],
        tuple([moment for moment, into in body["changes"] if into == SLIPPING]),
        before, calibration.weights[_GAP], tuple(parts[_GAP + 1 :]),
        m.variance(overall[m.INFORMATION], record[m.S_INFORMATION]),
    )  # fmt: skip


def read_cells(bodies: Bodies, at_us: int, knowledge: Knowledge) -> list[Cell]:
    """One for each skill that the learner met or has a goal for, by its IRI."""
    return cells_at(read_steady(bodies, knowledge), at_us, knowledge)


def cells_at(steady: Sequence[Steady], at_us: int, knowledge: Knowledge) -> list[Cell]:
    """The same from what was read before; with the same knowledge."""
    return [_cell(one, at_us, knowledge) for one in steady]


def _cell(one: Steady, at_us: int, knowledge: Knowledge) -> Cell:
    """As `read_mastery.standing`, to the last bit."""
    last_us, n = one.last_us, one.n
    gap = m.days_log(None if last_us is None else at_us - last_us)
    centre = one.before + one.gap * gap
    for part in one.after:
        centre += part
    likely = m.sigmoid(centre)
    low, high = m.band(centre, m.widened(one.variance, gap))
    now = status(
        answers=n, ever_secure=one.first_secure_us is not None, secure_us=one.secure_us, p=likely,
        at_us=at_us, knowledge=knowledge,
    )  # fmt: skip
    slips_us = None
    for moment in one.slips_us:
        if moment > at_us:
            slips_us = moment
    return Cell(
        one.skill, now, round(likely, 4) if n else None, round(low, 4), round(high, 4), n, last_us,
        slips_us,
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


def lately_since_us(at_us: int) -> int:
    """When the eight weeks of `read_lately` begin."""
    return p.monday_us(p.week_number(at_us) - 2 * WEEKS)


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
