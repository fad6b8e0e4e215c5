"""The map of skills as a picture: boxes in columns, and curves that pass behind them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import SCHEMA

_WIDE, _HIGH = 152, 58  # pixels of a box
_COLUMN, _ROW, _EDGE = 178, 70, 4  # from one box to the next; around all
_SIGNS, _LINES = 19.5, 2  # of a name
_SLIM = frozenset("ijlrtfI1.,:;'!|()[] ")
_STEP = 15  # from line to line
_SWEEPS = 4

Edge = tuple[str, str]


class Box(NamedTuple):
    """A skill. reach: within reach now. column, line: its place, from 0; a line may be a half."""

    skill: str
    name: str
    status: str
    reach: bool
    column: int
    line: float

    @property
    def left(self) -> float:
        return _EDGE + self.column * _COLUMN

    @property
    def top(self) -> float:
        return _EDGE + self.line * _ROW

    @property
    def middle(self) -> float:
        return self.top + _HIGH / 2


def places_of(skills: Sequence[str], edges: Sequence[Edge]) -> dict[str, tuple[int, float]]:
    """Column and line of each: as far right as the longest way that leads there; in a column, near
    what it is linked with, so that few curves cross."""
    columns = _columns(skills, edges)
    near: dict[str, list[str]] = {skill: [] for skill in skills}
    for first, then in edges:
        near[first].append(then)
        near[then].append(first)
    tallest = max(len(some) for some in columns)
    lines = {one: float(at) for some in columns for at, one in enumerate(some)}
    for _sweep in range(_SWEEPS):
        for some in columns:
            wanted = {one: _mean([lines[other] for other in near[one]], lines[one]) for one in some}
            some.sort(key=lambda one: (wanted[one], one))
            top = (tallest - len(some)) / 2
            lines.update({one: top + at for at, one in enumerate(some)})
    return {one: (at, lines[one]) for at, some in enumerate(columns) for one in some}


def _mean(some: list[float], otherwise: float) -> float:
    return sum(some) / len(some) if some else otherwise


def _columns(skills: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    depth = dict.fromkeys(skills, 0)
    for _turn in skills:  # there are no cycles: so many turns are enough
        moved = False
        for first, then in edges:
            if depth[then] <= depth[first] < len(skills):
                depth[then], moved = depth[first] + 1, True
        if not moved:
            break
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values()))]
    for skill in skills:
        columns[depth[skill]].append(skill)
    return [some for some in columns if some]


def drawing_of(
    boxes: Sequence[Box], edges: Sequence[Edge]
) -> tuple[dict[str, Any], tuple[int, int]]:
    """The specification, and its size in pixels, which are also the units of its scales."""
    at = {one.skill: one for one in boxes}
    wide = int(max(one.left for one in boxes)) + _WIDE + _EDGE
    high = int(max(one.top for one in boxes)) + _HIGH + _EDGE
    x = {"type": "quantitative", "axis": None, "scale": {"domain": [0, wide], "nice": False}}
    y = {"type": "quantitative", "axis": None, "scale": {"domain": [high, 0], "nice": False}}
    place = {"x": {**x, "field": "x"}, "y": {**y, "field": "y"}}
    statuses = list(look.STATUS)
    color = {
        "field": "status", "type": "nominal", "legend": None,
        "scale": {"domain": statuses, "range": [look.STATUS[one] for one in statuses]},
    }  # fmt: skip
    frame = {"type": "rect", "cornerRadius": 7, "fill": look.PAPER, "fillOpacity": 1}
    text = {"type": "text", "align": "left", "baseline": "top"}
    layer = [
        {"data": {"values": _curves(at, edges)},
         "mark": {"type": "line", "interpolate": "monotone", "color": look.LINE,
                  "strokeWidth": 1.25},
         "encoding": {**place, "detail": {"field": "edge"}, "order": {"field": "x"}}},
        {"data": {"values": [_framed(one) for one in boxes]},
         "mark": frame,
         "encoding": {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "stroke": color,
                      "strokeWidth": {"field": "frame", "type": "quantitative", "scale": None}}},
        {"data": {"values": [_named(one) for one in boxes]},
         "mark": {**text, "color": look.INK, "lineBreak": "\n", "lineHeight": _STEP,
                  "fontSize": 12},
         "encoding": {**place, "text": {"field": "name"}}},
        {"data": {"values": [_standing(one) for one in boxes]},
         "mark": {**text, "fontSize": 11.5},
         "encoding": {**place, "text": {"field": "told"}, "color": color}},
    ]  # fmt: skip
    return {
        "$schema": SCHEMA, "width": wide, "height": high, "padding": 0, "autosize": "none",
        "layer": layer,
    }, (wide, high)  # fmt: skip


def _curves(at: Mapping[str, Box], edges: Sequence[Edge]) -> list[dict[str, Any]]:
    """Level where they leave a box and where they reach the next, so that each is told apart."""
    points = []
    for n, (first, then) in enumerate(edges):
        one, other = at[first], at[then]
        begin, end = one.left + _WIDE, other.left
        bend = min((end - begin) / 3, _COLUMN - _WIDE)
        for x, y in (
            (begin - 2, one.middle), (begin + bend / 2, one.middle), (end - bend / 2, other.middle),
            (end + 2, other.middle),
        ):  # fmt: skip
            points.append({"edge": n, "x": x, "y": y})
    return points


def _framed(one: Box) -> dict[str, Any]:
    return {
        "skill": one.name, "x": one.left, "y": one.top, "x2": one.left + _WIDE,
        "y2": one.top + _HIGH, "status": one.status, "frame": 3 if one.reach else 1,
    }  # fmt: skip


def _lines(name: str) -> list[str]:
    """A name on as many lines as there is room for. Measured by rule of thumb: having every text
    measured by its face would take longer than all the rest of the drawing."""
    lines = [""]
    for word in _pieces(wording.plain(name)):
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer) <= _SIGNS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) <= _LINES:
        return lines
    last = " ".join(lines[_LINES - 1 :])
    while _width(last) > _SIGNS - 1:
        last = last[:-1]
    return [*lines[: _LINES - 1], f"{last.rstrip()}…"]


def _pieces(name: str) -> Iterator[str]:
    """Words, of which those that are longer than a line are broken."""
    for word in name.split():
        piece = ""
        for sign in word:
            if _width(piece + sign) > _SIGNS:
                yield piece
                piece = ""
            piece += sign
        yield piece


def _width(text: str) -> float:
    """In signs of a usual width."""
    return sum(_sign(one) for one in text)


def _sign(one: str) -> float:
    if east_asian_width(one) in "WF":
        return 2.0
    if one in _SLIM:
        return 0.7
    return 1.3 if one.isupper() or one in "mw" else 1.0


def _named(one: Box) -> dict[str, Any]:
    lines = _lines(one.name)
    top = one.top + (_HIGH - _STEP * (len(lines) + 1)) / 2
    return {"name": "\n".join(lines), "x": one.left + 10, "y": top}


def _standing(one: Box) -> dict[str, Any]:
    lines = len(_lines(one.name))
    return {
        "told": f"{look.GLYPHS[one.status]} {wording.STATUSES[one.status]}", "status": one.status,
        "x": one.left + 10, "y": one.top + (_HIGH + _STEP * (lines - 1)) / 2 + 1,
    }  # fmt: skip
