"""How likely right on one skill, over time, with the band and each answer."""

from typing import Any

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import WIDE, Chart, Row, local, share_axis, spec_of, time_axis
from lrs.console.charts.material import Material
from lrs.console.foreign import phrase
from lrs.console.language import _
from projections.instants import parse_us


def chart(of: Material) -> Chart:
    skill = "" if of.skill is None else of.named(of.skill)
    title = phrase(_("Likely right over time: {skill}"), skill=skill)
    counted = {event.statement_id for event in of.events if event.evidence is not None}
    points = [
        one for one in of.over_time
        if one["p"] and one["p"]["value"] is not None and one["statement"] in counted
    ]  # fmt: skip
    columns = (_("When"), _("Likely right"), _("Range"), _("Right so far"))
    if not points:
        return Chart("skill", title, title, columns, empty=_("No answer has been read yet."))
    first, last = points[0]["p"]["value"], points[-1]["p"]["value"]
    end = points[-1]["p"]
    described = _(
        "From {first} after the first answer shown to {last} after the last, in a range of {range}."
    ).format(first=wording.percent(first), last=wording.percent(last), range=_range(end))
    rows = [_row(one) for one in points]
    return Chart(
        "skill", title, described, columns, rows, _spec(points, of.secure),
        note=_(
            "The band holds four times in five. From the dashed line, {secure}, a skill can be "
            "secure. A late statement stands where it happened."
        ).format(secure=wording.percent(of.secure)),
        figure=f"mastery:{of.skill}",
    )  # fmt: skip


def _row(one: dict[str, Any]) -> Row:
    p, right = one["p"], one["right"]["value"] if one["right"] else None
    return Row(
        (
            wording.date_time(one["at"]),
            wording.percent(p["value"]),
            _range(p),
            _("not known") if right is None else wording.percent(right),
        ),
        one["statement"],
    )


def _range(p: dict[str, Any]) -> str:
    return _("{low} to {high}").format(
        low=wording.percent(p["low"]), high=wording.percent(p["high"])
    )


def _spec(points: list[dict[str, Any]], secure: float) -> dict[str, Any]:
    values = [
        {"at": local(parse_us(one["at"]) or 0), "p": one["p"]["value"], "low": one["p"]["low"],
         "high": one["p"]["high"]}
        for one in points
    ]  # fmt: skip
    x, y = time_axis("at", ""), share_axis("p", _("Likely right"))
    return spec_of(
        WIDE,
        data={"values": values},
        layer=[
            {"mark": {"type": "area", "color": look.BAND, "interpolate": "step-after"},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"data": {"values": [{"secure": secure}]},
             "mark": {"type": "rule", "color": look.GOOD, "strokeDash": [4, 4]},
             "encoding": {"y": {"field": "secure", "type": "quantitative"}}},
            {"mark": {"type": "line", "color": look.MAIN, "interpolate": "step-after"},
             "encoding": {"x": x, "y": y}},
            {"mark": {"type": "point", "filled": True, "color": look.MAIN, "size": 24},
             "encoding": {"x": x, "y": y}},
        ],
    )  # fmt: skip
