"""The skills of a whole group at a glance: a cell for each learner and skill."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.charts import look
from lrs.console.charts.chart import Chart, spec_of
from lrs.console.language import _
from projections.read_class import Cell

MOST_LEARNERS, MOST_SKILLS = 40, 60  # that can still be told apart
_STEP_X, _STEP_Y = 26, 24  # pixels of a cell
_LONGEST = 28
_MOVED, _GAP = 0.10, 0.06
_SHAPES = {
    "new": "triangle-right", "learning": "circle", "secure": "square", "lasting": "diamond",
    "slipping": "cross",
}  # fmt: skip
_ARROWS = {"up": "triangle-up", "down": "triangle-down"}


class Line(NamedTuple):
    """A learner. cells: by skill. moved: by how much each skill's estimate moved over the own last
    answers."""

    name: str
    cells: Mapping[str, Cell]
    moved: Mapping[str, float]


def chart(
    group: str, lines: Sequence[Line], skills: Sequence[tuple[str, str]], *, exact: bool = False
) -> Chart:
    """Lines and columns in the order that is given. skills: name and IRI. exact: with the
    probabilities themselves, which move a little all the time, and a drawing need not."""
    title = _("Skills of {group}").format(group=group)
    shown, columns = lines[:MOST_LEARNERS], skills[:MOST_SKILLS]
    if not shown or not columns:
        return Chart("heat", title, title, empty=_("No skill was practised in this group yet."))
    rows, tops = _told_apart([one.name for one in shown]), _told_apart([one for one, _ in columns])
    values = [
        _cell(row, top, line.cells[skill], line.moved.get(skill, 0.0), exact)
        for row, line in zip(rows, shown, strict=True)
        for top, (_name, skill) in zip(tops, columns, strict=True)
        if skill in line.cells
    ]
    found = Counter(line.cells[iri].status for line in shown for _name, iri in columns
                    if iri in line.cells)  # fmt: skip
    described = _("{learners} and {skills}. Of {n} cells: {statuses}.").format(
        learners=wording.count(len(shown), "learner"), skills=wording.count(len(columns), "skill"),
        n=wording.number(len(values)),
        statuses=", ".join(
            f"{wording.STATUSES[one]} {wording.number(found[one])}"
            for one in wording.STATUSES if found[one]
        ),
    )  # fmt: skip
    left_out = max(len(lines) - len(shown), len(skills) - len(columns), 0)
    note = _("The stronger the colour, the likelier a right answer. A small triangle: up or down "
             "by 10 points or more over the learner’s last answers.")  # fmt: skip
    if left_out:
        note += " " + _("{n} more are not drawn.").format(n=wording.number(left_out))
    size = (_STEP_X * len(columns), _STEP_Y * len(shown))
    return Chart("heat", title, described, spec=_spec(values, rows, tops), note=note, size=size)


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that are cut, each another one: an axis has each of them once."""
    made: dict[str, None] = {}
    for name in names:
        short = wording.plain(name, _LONGEST) or "–"
        found, n = short, 1
        while found in made:
            n += 1
            found = f"{short} ({n})"
        made[found] = None
    return list(made)


def _cell(row: str, top: str, cell: Cell, moved: float, exact: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "learner": row, "skill": top, "status": wording.STATUSES[cell.status],
        "strength": None if cell.p is None else round(cell.p, 1), "n": cell.n,
    }  # fmt: skip
    if exact:
        found["p"] = cell.p
    if abs(moved) >= _MOVED:
        found["moved"] = "up" if moved > 0 else "down"
    return found


def _spec(values: list[dict[str, Any]], rows: Sequence[str], tops: Sequence[str]) -> dict[str, Any]:
    plain = {"labelOverlap": False, "labelLimit": 0, "title": None, "domain": False, "ticks": False}
    x = {"field": "skill", "type": "nominal", "scale": {"domain": tops, "paddingInner": _GAP},
         "axis": {**plain, "orient": "top", "labelAngle": -50}}  # fmt: skip
    y = {"field": "learner", "type": "nominal", "axis": plain,
         "scale": {"domain": rows, "paddingInner": _GAP}}  # fmt: skip
    statuses = [wording.STATUSES[one] for one in look.STATUS]
    color = {"field": "status", "type": "nominal", "title": None,
             "scale": {"domain": statuses, "range": list(look.STATUS.values())}}  # fmt: skip
    shape = {"field": "status", "type": "nominal", "title": None,
             "scale": {"domain": statuses, "range": [*_SHAPES.values()]}}  # fmt: skip
    moved = {"field": "moved", "type": "nominal", "legend": None,
             "scale": {"domain": [*_ARROWS], "range": [*_ARROWS.values()]}}  # fmt: skip
    return spec_of(
        (0, 0),
        width={"step": _STEP_X},
        height={"step": _STEP_Y},
        data={"values": values},
        encoding={"x": x, "y": y},
        layer=[
            {"mark": {"type": "rect", "aria": False},
             "encoding": {"color": {**color, "legend": None},
                          "opacity": {"field": "strength", "type": "quantitative", "legend": None,
                                      "scale": {"domain": [0, 1], "range": [0.12, 0.6]}}}},
            {"mark": {"type": "point", "aria": False, "size": 55, "filled": True, "opacity": 1},
             "encoding": {"color": color, "shape": shape}},
            {"transform": [{"filter": "isValid(datum.moved)"}],
             "mark": {"type": "point", "aria": False, "size": 18, "filled": True, "opacity": 1,
                      "color": look.INK, "xOffset": 9, "yOffset": -7},
             "encoding": {"shape": moved}},
        ],
        resolve={
            "scale": {"color": "independent", "shape": "independent"},
            "legend": {"color": "independent", "shape": "independent"},
        },
        padding={"left": 12, "top": 8, "right": 48, "bottom": 8},  # faces differ in width
    )  # fmt: skip
