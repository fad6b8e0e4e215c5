"""The own plan at a moment: days ahead or behind, and when it may be finished, as a range."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projections import pace as p
from projections.figures import NO_EVIDENCE, figure, quantile, rounded
from projections.goals import (
    DUE_US,
    ENDED_US,
    IS_PLAN,
    SET_BY,
    SET_US,
    START_US,
    STATE,
    STATEMENTS,
)
from projections.instants import DAY_US, WEEK_US, format_us

LEAST_WEEKS: Final = 3  # of evidence, for a forecast
_LONGEST_WEEKS: Final = 520.0
_SLOW, _FAST = 0.2, 0.8


def read_plan(
    name: str, plan: Mapping[str, Any], weeks: Sequence[Sequence[Any]], behind: int, at_us: int
) -> dict[str, Any]:
    """A goal or plan: earned of how many, days ahead (or behind, below 0), and the finish range.

    weeks: the last complete ones. behind: statements that made skills secure.
    """
    goal = plan["goal"]
    start_us = goal[SET_US] if goal[START_US] is None else goal[START_US]
    ahead, reason = _ahead(plan, start_us, at_us)
    return {
        "goal": name,
        "plan": bool(goal[IS_PLAN]),
        "state": goal[STATE],
        "set_by": goal[SET_BY],
        "start": format_us(start_us),
        "due": format_us(goal[DUE_US]),
        "earned": plan["earned"],
        "earned_before": plan["before"],
        "total": plan["total"],
        "finished": format_us(plan["finished_us"]),
        "days_ahead": figure(
            f"goal:{name}", rounded(ahead, 1), plan["total"] or 0,
            rests_on=goal[STATEMENTS], reason=reason,
        ),
        "forecast": _forecast(plan, weeks, behind, at_us),
    }  # fmt: skip


def _ahead(plan: Mapping[str, Any], start_us: int, at_us: int) -> tuple[float | None, str]:
    """Days between now and the day by which this much was planned to be earned, evenly.

    What was secure before the start is not earned by the plan. Once it is finished, or told to be
    kept or dropped, time stands still.
    """
    goal, total = plan["goal"], plan["total"]
    due_us = goal[DUE_US]
    if due_us is None:
        return None, "no end date"
    if not total:
        return None, "no skills named"
    if due_us <= start_us:
        return None, "it ends before it starts"
    left = total - plan["before"]
    if not left:
        return None, "all of it was secure before the start"
    ends = [at_us, *(one for one in (goal[ENDED_US], plan["finished_us"]) if one is not None)]
    elapsed = min(max(min(ends) - start_us, 0), due_us - start_us)
    if min(ends) > due_us:  # what is late goes on being late
        elapsed = min(ends) - start_us
    share = (plan["earned"] - plan["before"]) / left
    return (share * (due_us - start_us) - elapsed) / DAY_US, NO_EVIDENCE


def _forecast(
    plan: Mapping[str, Any], weeks: Sequence[Sequence[Any]], behind: int, at_us: int
) -> dict[str, Any]:
    """When it will be finished: a range from the own 20th–80th percentile weekly rate.

    An end that the slower rate never reaches is None: as yet nobody can say.
    """
    made: dict[str, Any] = {
        "n": len(weeks), "figure": "pace.secured", "rests_on": behind, "from": None, "to": None,
        "weekly": None,
    }  # fmt: skip
    reason = _no_forecast(plan, len(weeks))
    if reason is not None:
        made["reason"] = reason
        return made
    rates = [week[p.WEEK_SECURED] for week in weeks]
    slow, fast = quantile(rates, _SLOW) or 0.0, quantile(rates, _FAST) or 0.0
    made["weekly"] = [rounded(slow), rounded(fast)]
    left = plan["total"] - plan["earned"]
    for end, rate in (("from", fast), ("to", slow)):
        if rate > 0.0 and left / rate <= _LONGEST_WEEKS:
            made[end] = format_us(at_us + int(left / rate * WEEK_US))
    if made["from"] is None:
        made["reason"] = "no skill became secure lately"
    return made


def _no_forecast(plan: Mapping[str, Any], weeks: int) -> str | None:
    """Why nothing is forecast, if so."""
    total = plan["total"]
    if total is None:
        return "no skills named"
    if plan["earned"] >= total:
        return "all of its skills have been secure"
    if plan["goal"][STATE] in ("kept", "dropped"):
        return f"it was told to be {plan['goal'][STATE]}"
    return "less than three weeks of evidence" if weeks < LEAST_WEEKS else None
