"""Whom to sit down with, and about what: reasons to look at one learner, each with its evidence.

Every reason compares the learner with their own past or their own plan, never with a class.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from projections import pace as p
from projections import story as s
from projections.figures import quantile, rounded
from projections.instants import DAY_US, day_over, format_us, parse_us
from projections.read_class import Cell, active_days, day_number
from projections.read_pace import own_plans
from projections.status import SLIPPING

ASKED, STUCK, SLIPS, DUE, SILENT, AHEAD = "asked", "stuck", "slipping", "due", "silent", "ahead"
KINDS: Final = (ASKED, STUCK, SLIPS, DUE, SILENT, AHEAD)
"""In the order in which they are shown."""

LEAST_GAPS: Final = 5  # between days with activity, to know what is usual
LATELY_GAPS: Final = 40
LEAST_WEEKS: Final = 4  # before one that is called unusual
_USUAL: Final = 0.9
SOON_US: Final = 3 * DAY_US  # a review that comes within these days is due
AHEAD_DAYS: Final = 2.0
_OPEN: Final = ("set", "revised")

Bodies = Mapping[str, Mapping[str, Any]]
Plans = Sequence[Mapping[str, Any]]


class Reason(NamedTuple):
    """kind: one of KINDS. code: which sentence says it, with `figures`. about: IRI of the skill
    or goal. since_us: when it began. key: finds the statements behind it, of which there are at
    least n. statement: of the wish, or the conversation, that it is about."""

    kind: str
    code: str
    about: str | None
    since_us: int | None
    key: str
    n: int
    figures: Mapping[str, Any]
    statement: str | None = None

    def plain(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "about": self.about,
            "since": format_us(self.since_us),
            "figure": self.key,
            "n": self.n,
            "figures": dict(self.figures),
            "statement": self.statement,
        }


def attention(cells: Sequence[Cell], pace: Bodies, story: Bodies, at_us: int) -> list[Reason]:
    """All reasons, in the order of KINDS; wishes with the newest first."""
    body, told = pace.get("") or {}, story.get("") or {}
    plans = own_plans(body, at_us) if body else []
    return [
        *_asked(told),
        *_stuck(body),
        *_slipping(cells),
        *_due(cells, plans, told, at_us),
        *_silent(body, at_us),
        *_ahead(body, plans, at_us),
    ]


def _asked(story: Mapping[str, Any]) -> list[Reason]:
    return [
        Reason(
            ASKED, one[s.A_WHAT], one[s.A_ABOUT], one[s.A_SINCE_US], "story.asks", 1,
            {"position": one[s.A_POSITION]},
            one[s.A_STATEMENT],
        )
        for one in sorted(
            story.get(s.ASKS, ()), key=lambda one: (-int(one[s.A_SINCE_US]), one[s.A_STATEMENT])
        )
        if one[s.A_ENDED_US] is None
    ]  # fmt: skip


def _stuck(pace: Mapping[str, Any]) -> list[Reason]:
    """What was tried most often comes first."""
    found = sorted(pace.get("stuck", ()), key=lambda one: (-int(one[2]), str(one[0])))
    return [
        Reason(STUCK, reason, skill, last_us, f"mastery:{skill}", n, {"answers": n})
        for skill, reason, n, last_us in found
    ]


def _slipping(cells: Sequence[Cell]) -> list[Reason]:
    return [
        Reason(SLIPS, "slipping", one.skill, one.last_us, one.key, one.n, {"p": one.p})
        for one in cells
        if one.status == SLIPPING
    ]


def _due(cells: Sequence[Cell], plans: Plans, story: Mapping[str, Any], at_us: int) -> list[Reason]:
    """Talks and agreements whose day has come, goals past their end or behind, reviews soon."""
    found: list[Reason] = []
    for one in story.get(s.CONVERSATIONS, ()):
        found += _of_talk(one, at_us)
    for plan in plans:
        found += _of_plan(plan, at_us)
    for cell in cells:
        if cell.slips_us is not None and cell.slips_us <= at_us + SOON_US:
            days = -(-(cell.slips_us - at_us) // DAY_US)
            found.append(
                Reason(DUE, "review", cell.skill, cell.last_us, cell.key, cell.n, {"days": days})
            )
    return found


def _of_talk(talk: Sequence[Any], at_us: int) -> list[Reason]:
    found: list[Reason] = []
    key, statement = "story.conversations", talk[s.C_STATEMENT]
    next_us = talk[s.C_NEXT_US]
    if next_us is not None and next_us <= at_us and talk[s.C_FOLLOWED_US] is None:
        found.append(Reason(DUE, "talk", None, next_us, key, 1, {}, statement))
    overdue = [
        one for one in talk[s.C_AGREED]
        if one[s.G_OUTCOME] is None and one[s.G_DUE_US] is not None
        and day_over(one[s.G_DUE_US], at_us)
    ]  # fmt: skip
    if overdue:
        since_us = min(int(one[s.G_DUE_US]) for one in overdue)
        figures = {"agreements": len(overdue)}
        found.append(Reason(DUE, "agreement", None, since_us, key, 1, figures, statement))
    return found


def _of_plan(plan: Mapping[str, Any], at_us: int) -> list[Reason]:
    if plan["state"] not in _OPEN:
        return []
    n, key, about = (
        max(1, plan["days_ahead"].get("rests_on", 1)),
        f"goal:{plan['goal']}",
        plan["goal"],
    )
    due_us = parse_us(plan["due"])
    if due_us is not None and day_over(due_us, at_us) and plan["finished"] is None:
        return [Reason(DUE, "goal_past", about, None, key, n, {"due": plan["due"]})]
    days = plan["days_ahead"]["value"]
    if days is not None and days <= -AHEAD_DAYS:
        return [Reason(DUE, "behind", about, None, key, n, {"days": rounded(-days, 1)})]
    return []


def usual_gap(pace: Mapping[str, Any]) -> tuple[float | None, int, int | None]:
    """The longest usual pause between two days with activity, in days (nine of ten were no
    longer); how many pauses it rests on; the last day. None while there are too few."""
    days = active_days(pace.get("weeks", ()))
    gaps = [after - before for before, after in pairwise(days)][-LATELY_GAPS:]
    usual = quantile(gaps, _USUAL) if len(gaps) >= LEAST_GAPS else None
    return usual, len(gaps), days[-1] if days else None


def _silent(pace: Mapping[str, Any], at_us: int) -> list[Reason]:
    """No activity for longer than the learner's own usual pause."""
    usual, n, last = usual_gap(pace)
    if usual is None or last is None:
        return []
    days = day_number(at_us) - last
    if days <= usual + 1.0:  # today is not over
        return []
    figures = {"days": days, "usual": rounded(usual, 1)}
    return [Reason(SILENT, "silent", None, pace.get("last_us"), "pace.activity", n, figures)]


def _ahead(body: Mapping[str, Any], plans: Plans, at_us: int) -> list[Reason]:
    """Ahead of the own plan, or of the own usual week."""
    found: list[Reason] = []
    for plan in plans:
        days = plan["days_ahead"]["value"]
        if plan["state"] in _OPEN and days is not None and days >= AHEAD_DAYS:
            figures = {"days": rounded(days, 1)}
            n = max(1, plan["days_ahead"].get("rests_on", 1))
            found.append(
                Reason(AHEAD, "plan", plan["goal"], None, f"goal:{plan['goal']}", n, figures)
            )
    return found + _much_secured(body, at_us)


def _much_secured(body: Mapping[str, Any], at_us: int) -> list[Reason]:
    """More skills became secure than in four of five of the own weeks before: in this week so far,
    else in the one before it. Weeks without activity count."""
    if body.get("first_us") is None:
        return []
    secured = {week[p.WEEK]: week[p.WEEK_SECURED] for week in body["weeks"]}
    now, first = p.week_number(at_us), p.week_number(body["first_us"])
    for number, code in ((now, "secured"), (now - 1, "secured_last_week")):
        before = [secured.get(one, 0) for one in range(max(first, number - p.WEEKS), number)]
        n = secured.get(number, 0)
        if len(before) >= LEAST_WEEKS and n > max(quantile(before, 0.8) or 0.0, 1.0):
            figures = {"secured": n, "usual": rounded(quantile(before, 0.8), 1)}
            return [Reason(AHEAD, code, None, p.monday_us(number), "pace.secured", n, figures)]
    return []
