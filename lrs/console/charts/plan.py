"""Earned against the plan, with the finish forecast as a fan."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import WIDE, Chart, Row, day, local, spec_of, time_axis
from lrs.console.charts.material import Material
from lrs.console.foreign import joined, phrase
from lrs.console.language import _
from projections.instants import parse_us


class Step(NamedTuple):
    """A skill of the plan that first became secure. n: how many had been by then."""

    at_us: int
    n: int
    name: str
    statement: str


class Plan(NamedTuple):
    """What is drawn. before: skills that were secure at its start. ends_us: the earliest and the
    latest end that the forecast gives, where it gives one."""

    goal: str
    name: str
    total: int
    earned: int
    before: int
    start_us: int
    due_us: int | None
    now_us: int
    ends_us: tuple[int | None, int | None]
    steps: list[Step]

    def even(self, at_us: int) -> float | None:
        """How many skills an even pace from the start to the due day has by then."""
        if self.due_us is None or self.due_us <= self.start_us:
            return None
        share = (at_us - self.start_us) / (self.due_us - self.start_us)
        return self.before + (self.total - self.before) * min(max(share, 0.0), 1.0)


def chart(of: Material) -> Chart:
    title = _("Earned against the plan")
    columns = (
        _("When"), _("What"), _("Skills that had been secure"), _("At an even pace"),
    )  # fmt: skip
    plan = _plan(of)
    if plan is None:
        empty = _("There is no open goal or plan that names its skills.")
        return Chart("plan", title, title, columns, empty=empty)
    moments = sorted(_moments(plan), key=lambda one: one[0])
    return Chart(
        "plan", phrase("{}: {}", title, plan.name), _described(plan), columns,
        [row for _at, row in moments], _spec(plan), note=_note(plan), figure=f"goal:{plan.goal}",
    )  # fmt: skip


def _plan(of: Material) -> Plan | None:
    """The open one with the most skills, of these the one begun last."""
    found = [
        one for one in of.readings["pace"]["plans"]
        if one["total"] and one["start"] and one["state"] in wording.OPEN_GOALS
    ]  # fmt: skip
    if not found:
        return None
    one = max(found, key=lambda one: (one["total"], one["start"]))
    steps, start_us, forecast = (
        _steps(of, one["goal"]),
        parse_us(one["start"]) or 0,
        one["forecast"],
    )
    return Plan(
        one["goal"], of.named(one["goal"]), one["total"], one["earned"],
        sum(step.at_us < start_us for step in steps), start_us, _us(one["due"]), of.at_us,
        (_us(forecast["from"]), _us(forecast["to"])), steps,
    )  # fmt: skip


def _us(text: str | None) -> int | None:
    return parse_us(text) if text else None


def _steps(of: Material, goal: str) -> list[Step]:
    """Each time a skill of the plan first became secure."""
    targets = set(of.targets(goal))
    of.names.learn(targets)
    found: list[Step] = []
    for event in of.events:
        for skill in event.secured:
            if skill in targets:
                targets.discard(skill)
                name = of.named(skill)
                found.append(Step(event.event_us, len(found) + 1, name, event.statement_id))
    return found


def _moments(plan: Plan) -> Iterator[tuple[int, Row]]:
    """All that the picture shows, each with its time."""

    def row(at_us: int, what: str, n: float | None, statement: str | None = None) -> Row:
        even = plan.even(at_us)
        return Row(
            (
                wording.date(day(at_us)), what,
                _("not known") if n is None else wording.number(n),
                _("not known") if even is None else wording.number(round(even, 1)),
            ),
            statement, None if statement else f"goal:{plan.goal}", what,
        )  # fmt: skip

    yield plan.start_us, row(plan.start_us, _("The beginning"), plan.before)
    for step in plan.steps:
        what = phrase(_("{skill} became secure"), skill=step.name)
        yield step.at_us, row(step.at_us, what, step.n, step.statement)
    yield plan.now_us, row(plan.now_us, _("Now"), plan.earned)
    for end_us, what in zip(plan.ends_us, (_("The end, at the pace of faster weeks"),
                                           _("The end, at the pace of slower weeks")),
                            strict=True):  # fmt: skip
        if end_us is not None:
            yield end_us, row(end_us, what, plan.total)
    if plan.due_us is not None:
        yield plan.due_us, row(plan.due_us, _("The day it is due"), None)


def _described(plan: Plan) -> str:
    parts = [phrase(
        _("{name}: {earned} of {total} skills."), name=plan.name,
        earned=wording.number(plan.earned), total=wording.number(plan.total),
    )]  # fmt: skip
    if plan.due_us is not None:
        parts.append(_("Due on {day}.").format(day=wording.date(day(plan.due_us))))
    even = plan.even(plan.now_us)
    if even is not None:
        told = _("At an even pace it would be {n} by now.")
        parts.append(told.format(n=wording.number(round(even, 1))))
    first, last = (None if one is None else wording.date(day(one)) for one in plan.ends_us)
    if first and last:
        told = _("At the pace so far it ends between {first} and {last}.")
        parts.append(told.format(first=first, last=last))
    elif first:
        told = _(
            "At the pace so far it ends on {first} at the earliest; the latest end is not known."
        )
        parts.append(told.format(first=first))
    else:
        parts.append(_("When it ends at the pace so far is not known yet."))
    return joined(" ", parts)


def _note(plan: Plan) -> str:
    told = []
    if plan.even(plan.now_us) is not None:
        told.append(_("The dashed line is an even pace from the beginning to the day it is due."))
    if any(plan.ends_us):
        told.append(
            _(
                "The fan is the range in which it ends, between the pace of the faster weeks so "
                "far and that of the slower ones."
            )
        )
    return " ".join(told)


def _spec(plan: Plan) -> dict[str, Any]:
    earned = [(plan.start_us, plan.before)]
    earned += [(one.at_us, one.n) for one in plan.steps if one.at_us >= plan.start_us]
    earned.append((max(plan.now_us, earned[-1][0]), plan.earned))
    y = {
        "field": "n", "type": "quantitative", "title": _("Skills"),
        "scale": {"domain": [0, plan.total]}, "axis": {"tickMinStep": 1, "format": "d"},
    }  # fmt: skip
    encoding = {"x": time_axis("at", ""), "y": y}

    def line(points: list[tuple[int, int]], **mark: Any) -> dict[str, Any]:
        told = [{"at": local(at), "n": n} for at, n in points]
        return {"data": {"values": told}, "mark": {"type": "line", **mark}, "encoding": encoding}

    layer = []
    now = (plan.now_us, plan.earned)
    ends = [one for one in plan.ends_us if one is not None]
    if len(ends) == len(plan.ends_us):
        layer.append(_fan(now, ends, plan.total, encoding))
    layer += [
        line([now, (end, plan.total)], color=look.MAIN, strokeWidth=1.5, strokeDash=[2, 3])
        for end in ends
    ]
    if plan.even(plan.now_us) is not None and plan.due_us is not None:
        even = [(plan.start_us, plan.before), (plan.due_us, plan.total)]
        layer.append(line(even, strokeDash=[6, 4], color=look.LINE))
    layer.append(line(earned, interpolate="step-after", color=look.MAIN, strokeWidth=2.5))
    return spec_of(WIDE, layer=layer)


def _fan(
    now: tuple[int, int], ends: list[int], total: int, encoding: dict[str, Any]
) -> dict[str, Any]:
    """Between the pace of slower and of faster weeks, until both have all of it."""
    (now_us, earned), (first, last) = now, ends
    share = (first - now_us) / (last - now_us) if last > now_us else 1.0
    low = earned + (total - earned) * share
    values = [
        {"at": local(now_us), "n": earned, "high": earned},
        {"at": local(first), "n": low, "high": total},
        {"at": local(last), "n": total, "high": total},
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "area", "color": look.BAND, "opacity": 1},
        "encoding": {**encoding, "y2": {"field": "high"}},
    }
