"""Earned against the plan, with the finish forecast as a fan."""

from typing import Any

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import Chart, Row, local, spec_of, time_axis
from lrs.console.charts.material import Material
from lrs.console.language import _
from projections.instants import format_us, parse_us

Plan = dict[str, Any]


def chart(of: Material) -> Chart:
    title = _("Earned against the plan")
    columns = (_("When"), _("Skills that had been secure"), _("Which one"))
    open_plans = [
        one for one in of.readings["pace"]["plans"]
        if one["total"] and one["start"] and one["state"] in wording.OPEN_GOALS
    ]  # fmt: skip
    if not open_plans:
        empty = _("There is no open goal or plan that names its skills.")
        return Chart("plan", title, title, columns, empty=empty)
    plan = max(open_plans, key=lambda one: (one["total"], one["start"]))
    steps = _steps(of, plan)
    rows = [
        Row((wording.date(format_us(at) or ""), wording.number(n), name), statement)
        for at, n, name, statement in steps
    ]
    named = of.named(plan["goal"])
    described = _("{name}: {earned} of {total} skills.").format(
        name=named, earned=wording.number(plan["earned"]), total=wording.number(plan["total"])
    )
    return Chart(
        "plan", f"{title}: {named}", described, columns, rows, _spec(of, plan, steps),
        note=_("The fan is the range in which it ends at the own pace of slower and faster weeks."),
        figure=f"goal:{plan['goal']}",
    )  # fmt: skip


def _steps(of: Material, plan: Plan) -> list[tuple[int, int, str, str]]:
    """Each time a skill of the plan first became secure: when, how many by then, which."""
    targets = set(of.targets(plan["goal"]))
    found: list[tuple[int, int, str, str]] = []
    for event in of.events:
        for skill in event.secured:
            if skill in targets:
                targets.discard(skill)
                found.append((event.event_us, len(found) + 1, of.named(skill), event.statement_id))
    return found


def _spec(of: Material, plan: Plan, steps: list[tuple[int, int, str, str]]) -> dict[str, Any]:
    start_us = parse_us(plan["start"]) or 0
    earned = [(start_us, sum(at < start_us for at, *_rest in steps))]
    earned += [(at, n) for at, n, *_rest in steps if at >= start_us]
    earned.append((max(of.at_us, earned[-1][0]), plan["earned"]))
    y = {
        "field": "n", "type": "quantitative", "title": _("Skills"),
        "scale": {"domain": [0, plan["total"]]}, "axis": {"tickMinStep": 1, "format": "d"},
    }  # fmt: skip
    x = time_axis("at", "")
    layer = [
        {"data": {"values": [{"at": local(at), "n": n} for at, n in earned]},
         "mark": {"type": "line", "interpolate": "step-after", "color": look.MAIN,
                  "strokeWidth": 2.5},
         "encoding": {"x": x, "y": y}},
    ]  # fmt: skip
    if plan["due"]:
        line = [
            {"at": local(start_us), "n": earned[0][1]},
            {"at": local(parse_us(plan["due"]) or 0), "n": plan["total"]},
        ]
        layer.append(
            {"data": {"values": line}, "encoding": {"x": x, "y": y},
             "mark": {"type": "line", "strokeDash": [5, 4], "color": look.LINE}}
        )  # fmt: skip
    layer += [
        {"data": {"values": [{"at": local(of.at_us), "n": plan["earned"]},
                             {"at": local(parse_us(end) or 0), "n": plan["total"]}]},
         "mark": {"type": "line", "color": look.BAND, "strokeWidth": 2},
         "encoding": {"x": x, "y": y}}
        for end in (plan["forecast"]["from"], plan["forecast"]["to"]) if end
    ]  # fmt: skip
    return spec_of((640, 240), layer=layer)
