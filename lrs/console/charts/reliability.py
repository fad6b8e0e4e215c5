"""Predicted against what happened: the reliability diagram of a calibration."""

from typing import Any

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import SQUARE, Chart, Row, against, share_axis, spec_of
from lrs.console.language import _


def chart(evaluation: dict[str, Any]) -> Chart:
    """Ten groups of predictions by size; on the line, what was predicted is what happened."""
    bins = [one for one in evaluation["reliability"] if one["n"]]
    title = _("Predicted against what happened")
    columns = (_("Predicted"), _("Right"), _("Answers"), _("Right against predicted"))
    if not bins:
        return Chart("reliability", title, title, columns, empty=_("Nothing was predicted yet."))
    rows = [
        Row((wording.percent(one["predicted"]), wording.percent(one["right"]),
             wording.number(one["n"]),
             against(one["predicted"], one["right"], _("right by {n} more"),
                     _("right by {n} less"))))
        for one in bins
    ]  # fmt: skip
    described = _("{n} answers in {groups} groups by what was predicted.").format(
        n=wording.number(evaluation["n"]), groups=wording.number(len(bins))
    )
    spec = spec_of(
        SQUARE,
        data={
            "values": [
                {"p": one["predicted"], "y": one["right"], "n": one["n"]} for one in bins
            ]
        },
        layer=[
            {"data": {"values": [{"a": 0}, {"a": 1}]},
             "mark": {"type": "line", "color": look.LINE, "strokeDash": [4, 4]},
             "encoding": {"x": {"field": "a", "type": "quantitative"},
                          "y": {"field": "a", "type": "quantitative"}}},
            {"mark": {"type": "point", "filled": True, "color": look.MAIN},
             "encoding": {"x": share_axis("p", columns[0]), "y": share_axis("y", columns[1]),
                          "size": {"field": "n", "type": "quantitative", "legend": None,
                                   "scale": {"range": [30, 300]}}}},
        ],
    )  # fmt: skip
    note = _("On the dashed line, what was predicted is what happened; below it, too much was "
             "predicted. The bigger a point, the more answers.")  # fmt: skip
    return Chart("reliability", title, described, columns, rows, spec, note=note, size=SQUARE)
