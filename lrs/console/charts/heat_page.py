"""/groups/{store}/{id}/heat: the skill grid drawn, with the same cells as a table; `….svg` and
`….vl.json` are the drawing and its specification."""

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import ALL, Member, questioned
from lrs.console import wording
from lrs.console.charts import heat
from lrs.console.charts.chart import Chart
from lrs.console.charts.pages import drawn, specification
from lrs.console.pages import Console
from lrs.console.teacher import cells, grid, whose
from lrs.console.teacher.choice import SORTS, choice_of
from lrs.storage.administration.people import Person
from projections import mastery as m


def shown(console: Console, request: Request, person: Person) -> Response:
    """In the order, and with the rows and columns, that were chosen for the grid."""
    services = console.services
    about = whose.whose(console, request, person, "heat")
    whole = whose.read(services, about, *ALL)
    names = whose.names_for(services, about.store)
    everybody = grid.known(whole)
    names.learn({skill for one in everybody for skill in one.cells})
    asked = choice_of(request)
    noted = questioned(services, about.store, whole.members)
    found = grid.grid(about, whole, everybody, names, asked, noted, below=True)
    by_id = {one.member.id: one for one in everybody}
    lines = [
        heat.Line(one.name, by_id[one.id].cells, _moved(by_id[one.id].member))
        for one in found["rows"]
    ]
    columns = [(name, skill) for name, skill, _token in found["columns"]]
    kind = request.url.path.rpartition("/heat")[2]
    name, exact = wording.plain(about.group.name, 80), kind == ".vl.json"
    chart = heat.chart(name, lines, columns, exact=exact)
    if kind:
        return _file(request, chart, kind)
    return console.renderer.page(
        "heat.html",
        person=person,
        chart=chart,
        choice=asked,
        sorts=SORTS,
        shows=cells.SHOWN,
        **found,
        **whose.shared(services, about, whole, "heat"),
    )


def _file(request: Request, chart: Chart, kind: str) -> Response:
    return drawn(request, chart) if kind == ".svg" else specification(chart)


def _moved(member: Member) -> dict[str, float]:
    """By how much each skill moved over the learner's own last answers."""
    found: dict[str, float] = {}
    for skill, body in member.rows.of("mastery").items():
        trail = body["record"][m.S_TRAIL] if skill else []
        if len(trail) > 1:
            found[skill] = (trail[-1] - trail[0]) / 1000.0
    return found
