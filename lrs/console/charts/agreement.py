"""What was expected against what happened: points beside the line on which both are the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from lrs.console.charts import look
from lrs.console.charts.chart import SQUARE, share_axis, spec_of
from lrs.console.language import _, ngettext


class Point(NamedTuple):
    """Answers that belong together. expected, happened: shares from 0 to 1. n: how many."""

    expected: float
    happened: float
    n: int


def beside_line(point: Point) -> str:
    """How far a point is from the line, in words."""
    points = round(point.happened * 100) - round(point.expected * 100)
    if not points:
        return _("on the line")
    n = ngettext("{n} point", "{n} points", abs(points)).format(n=abs(points))
    return (_("right by {n} more") if points > 0 else _("right by {n} less")).format(n=n)


def drawn(
    points: Sequence[Point], fields: tuple[str, str], titles: Sequence[str]
) -> dict[str, Any]:
    """The points with their line; the more answers, the bigger. fields: what the two shares are
    called in the data, the expected one first; titles: the names of their axes."""
    (x, y), same = fields, {"field": "a", "type": "quantitative"}
    return spec_of(
        SQUARE,
        data={"values": [{x: one.expected, y: one.happened, "n": one.n} for one in points]},
        layer=[
            {"data": {"values": [{"a": 0}, {"a": 1}]},
             "mark": {"type": "line", "color": look.LINE, "strokeDash": [4, 4]},
             "encoding": {"x": same, "y": same}},
            {"mark": {"type": "point", "filled": True, "color": look.MAIN},
             "encoding": {"x": share_axis(x, titles[0]), "y": share_axis(y, titles[1]),
                          "size": {"field": "n", "type": "quantitative", "legend": None,
                                   "scale": {"range": [40, 300]}}}},
        ],
    )  # fmt: skip
