"""Which skill comes before which, and what is within reach now (the outer fringe)."""

from typing import Any

from lrs.console import wording
from lrs.console.charts.chart import Chart, Row
from lrs.console.charts.map_drawing import Box, drawing_of, places_of
from lrs.console.charts.material import Material
from lrs.console.foreign import bare, joined, phrase
from lrs.console.language import _

_MOST = 60  # skills that can still be told apart
_NAMED = 12  # of those within reach
_FIRM = ("secure", "lasting")


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
    places = places_of(kept, among)
    of.names.learn(kept)
    rows = [_row(of, skills[skill], among) for skill in kept]
    described = _described(of, kept, skills)
    left_out = len(linked) - len(kept) + found["left_out"]
    note = _("From left to right: what comes first, then what builds on it. Within reach, with a "
             "thick frame: not secure yet, and all that comes before it stands.")  # fmt: skip
    if left_out > 0:
        note += " " + _("{n} more skills are not shown.").format(n=wording.number(left_out))
    boxes = [
        Box(skill, bare(of.names(skill)), skills[skill]["status"], bool(skills[skill]["fringe"]),
            *places[skill])
        for skill in kept
    ]  # fmt: skip
    spec, size = drawing_of(boxes, among)
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
