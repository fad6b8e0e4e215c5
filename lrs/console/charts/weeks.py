"""Active time week by week against the learner's own usual range."""

from typing import Any

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import WIDE, Chart, Row, local, spec_of, time_axis
from lrs.console.charts.material import Material
from lrs.console.language import _
from projections.instants import parse_us

_SHOWN = 16
_MINUTE, _HOUR = 60, 3_600  # seconds
_BAR = 14  # pixels


def chart(of: Material) -> Chart:
    pace = of.readings["pace"]
    weeks = pace["weeks"][-_SHOWN:]
    title = _("Active time, week by week")
    columns = (_("Week of"), _("Active time"), _("Times practised"), _("Became secure"))
    if not weeks:
        return Chart("weeks", title, title, columns, empty=_("No activity has been read yet."))
    usual = pace["this_week_seconds"].get("usual")
    rows = [
        Row((wording.date(one["from"]), wording.length(one["active_seconds"]),
             wording.number(one["opportunities"]), wording.number(one["secured"])),
            figure="pace.active_seconds",
            label=_("the week of {day}").format(day=wording.date(one["from"])))
        for one in weeks
    ]  # fmt: skip
    described = _("{weeks} with activity.").format(weeks=wording.count(len(weeks), "week"))
    most = max(weeks, key=lambda one: one["active_seconds"])
    described += " " + _("The most: {share}, {which}.").format(
        share=wording.length(most["active_seconds"]),
        which=_("the week of {day}").format(day=wording.date(most["from"])),
    )
    if usual:
        described += " " + _("Usually {low} to {high} a week.").format(
            low=_minutes(usual[0]), high=_minutes(usual[-1])
        )
    return Chart("weeks", title, described, columns, rows, _spec(weeks, usual, columns))


def _minutes(seconds: float) -> str:
    return wording.length(round(seconds / _MINUTE) * _MINUTE)


def _spec(weeks: list[dict[str, Any]], usual: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    values = [
        {"week": local(parse_us(one["from"]) or 0), "hours": one["active_seconds"] / _HOUR}
        for one in weeks
    ]
    most = max([1.0, *(one["hours"] for one in values), *(one / _HOUR for one in usual or ())])
    y = {
        "field": "hours", "type": "quantitative", "title": _("Hours"),
        "scale": {"domain": [0, most], "nice": True},
    }  # fmt: skip
    x = time_axis("week", columns[0])
    x["axis"] = {**x["axis"], "values": [one["week"] for one in values]}
    x["scale"] = {**x["scale"], "padding": _BAR}
    layer: list[dict[str, Any]] = []
    if usual:
        layer.append(
            {"data": {"values": [{"low": usual[0] / _HOUR, "high": usual[-1] / _HOUR}]},
             "mark": {"type": "rect", "color": look.BAND, "opacity": 0.8},
             "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}}
        )  # fmt: skip
    layer.append(
        {"mark": {"type": "bar", "color": look.MAIN, "width": _BAR, "cornerRadiusEnd": 2},
         "encoding": {"x": x, "y": y}}
    )  # fmt: skip
    return spec_of(WIDE, data={"values": values}, layer=layer)
