"""Which skill comes before which, and what is within reach now (the outer fringe)."""

from typing import Any

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import Chart, Row, spec_of
from lrs.console.charts.material import Material
from lrs.console.foreign import bare, joined, phrase
from lrs.console.language import _

_MOST = 60  # skills that can still be told apart
_NAMED = 12  # of those within reach
_FIRM = ("secure", "lasting")
_COLUMN, _LINE = 174, 32  # pixels


def chart(of: Material) -> Chart:
    """From left to right by how much comes before."""
    found = of.map
    skills = {one["skill"]: one for one in found["skills"]}
    edges = [(one, other) for one, other in found["edges"] if one in skills and other in skills]
    linked = {skill for edge in edges for skill in edge}
    kept = [skill for skill in skills if skill in linked][:_MOST]
    title = _("Map of skills")
    columns = (
        _("Skill"), _("Status"), _("Within reach"), _("Likely right"), _("Comes after"),
    )  # fmt: skip
    if not kept:
        empty = _("Nobody has said yet which skill comes before which.")
        return Chart("map", title, title, columns, empty=empty)
    among = [(one, other) for one, other in edges if one in kept and other in kept]
    places = _places(kept, among)
    of.names.learn(kept)
    rows = [_row(of, skills[skill], among) for skill in kept]
    described = _described(of, kept, skills)
    wide, high = (1 + max(some) for some in zip(*places.values(), strict=True))
    size = (max(480, _COLUMN * wide), max(160, _LINE * high))
    left_out = len(linked) - len(kept) + found["left_out"]
    note = _("From left to right: what comes first, then what builds on it. Within reach, with a "
             "ring: not secure yet, and all that comes before it stands.")  # fmt: skip
    if left_out > 0:
        note += " " + _("{n} more skills are not shown.").format(n=wording.number(left_out))
    spec = _spec(of, kept, skills, among, places, size)
    return Chart("map", title, described, columns, rows, spec, note=note, size=size)


def _described(of: Material, kept: list[str], skills: dict[str, dict[str, Any]]) -> str:
    """Which ones are within reach, by name as far as they can be listened to."""
    near = [skill for skill in kept if skills[skill]["fringe"]]
    made = _("{n} skills, {reach} of them within reach now").format(
        n=wording.number(len(kept)), reach=wording.number(len(near))
    )
    if not near:
        return f"{made}."
    names = joined(", ", [of.names(one) for one in near[:_NAMED]])
    if len(near) > _NAMED:
        more = _("and {n} more").format(n=wording.number(len(near) - _NAMED))
        names = joined(" ", [names, more])
    return phrase("{}: {}.", made, names)


def _reach(one: dict[str, Any]) -> str:
    if one["fringe"]:
        return _("within reach now")
    return _("reached") if one["status"] in _FIRM else _("not yet")


def _row(of: Material, one: dict[str, Any], edges: list[tuple[str, str]]) -> Row:
    before = [of.names(first) for first, then in edges if then == one["skill"]]
    return Row(
        (
            of.names(one["skill"]),
            wording.STATUSES[one["status"]],
            _reach(one),
            _("not known") if one["p"] is None else wording.percent(one["p"]),
            joined(", ", before) or _("nothing"),
        ),
        figure=one["figure"] if one["n"] else None,
    )


def _places(skills: list[str], edges: list[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Column and line of each: as far right as the longest way that leads there."""
    depth = dict.fromkeys(skills, 0)
    for _turn in skills:  # there are no cycles: so many turns are enough
        moved = False
        for first, then in edges:
            if depth[then] <= depth[first] < len(skills):
                depth[then], moved = depth[first] + 1, True
        if not moved:
            break
    taken: dict[int, int] = {}
    places = {}
    for skill in skills:
        column = depth[skill]
        places[skill] = (column, taken.get(column, 0))
        taken[column] = places[skill][1] + 1
    return places


def _spec(
    of: Material, kept: list[str], skills: dict[str, dict[str, Any]],
    edges: list[tuple[str, str]], places: dict[str, tuple[int, int]], size: tuple[int, int],
) -> dict[str, Any]:  # fmt: skip
    nodes = [
        {"x": places[one][0], "y": places[one][1], "name": bare(wording.plain(of.names(one), 24)),
         "status": wording.STATUSES[skills[one]["status"]], "reach": bool(skills[one]["fringe"])}
        for one in kept
    ]  # fmt: skip
    lines = [
        {"x": places[a][0], "y": places[a][1], "x2": places[b][0], "y2": places[b][1]}
        for a, b in edges
    ]
    deepest = max(column for column, _line in places.values())
    lowest = max(line for _column, line in places.values())
    x = {"field": "x", "type": "quantitative", "axis": None,
         "scale": {"domain": [-0.1, deepest + 0.9]}}  # fmt: skip
    y = {"field": "y", "type": "quantitative", "axis": None,
         "scale": {"domain": [lowest + 0.5, -0.5]}}  # fmt: skip
    statuses = list(look.STATUS)
    color = {
        "field": "status", "type": "nominal", "title": None,
        "scale": {"domain": [wording.STATUSES[one] for one in statuses],
                  "range": [look.STATUS[one] for one in statuses]},
    }  # fmt: skip
    return spec_of(
        size,
        layer=[
            {"data": {"values": lines},
             "mark": {"type": "rule", "color": look.LINE, "opacity": 0.35},
             "encoding": {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}},
            {"data": {"values": nodes}, "mark": {"type": "point", "filled": True, "size": 90},
             "encoding": {"x": x, "y": y, "color": color}},
            {"data": {"values": [one for one in nodes if one["reach"]]},
             "mark": {"type": "point", "size": 240, "color": look.INK},
             "encoding": {"x": x, "y": y}},
            {"data": {"values": nodes},
             "mark": {"type": "text", "align": "left", "dx": 12, "color": look.INK},
             "encoding": {"x": x, "y": y, "text": {"field": "name"}}},
        ],
    )  # fmt: skip
