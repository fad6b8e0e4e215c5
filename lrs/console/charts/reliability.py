"""Predicted against what happened: the reliability diagram of a calibration."""

from typing import Any

from lrs.console import wording
from lrs.console.charts.agreement import Point, beside_line, drawn
from lrs.console.charts.chart import SQUARE, Chart, Row
from lrs.console.language import _


def chart(evaluation: dict[str, Any]) -> Chart:
    """Ten groups of predictions by size; on the line, what was predicted is what happened."""
    points = [
        Point(one["predicted"], one["right"], one["n"])
        for one in evaluation["reliability"]
        if one["n"]
    ]
    title = _("Predicted against what happened")
    columns = (_("Predicted"), _("Right"), _("Answers"), _("Right against predicted"))
    if not points:
        return Chart("reliability", title, title, columns, empty=_("Nothing was predicted yet."))
    rows = [
        Row((wording.percent(one.expected), wording.percent(one.happened), wording.number(one.n),
             beside_line(one)))
        for one in points
    ]  # fmt: skip
    described = _("{n} answers in {groups} groups by what was predicted.").format(
        n=wording.number(evaluation["n"]), groups=wording.number(len(points))
    )
    spec = drawn(points, ("predicted", "right"), columns)
    note = _("On the dashed line, what was predicted is what happened; below it, too much was "
             "predicted. The bigger a point, the more answers.")  # fmt: skip
    return Chart("reliability", title, described, columns, rows, spec, note=note, size=SQUARE)
