"""/learners/{store}/{id}/charts: an overview, a page for each chart, its SVG and specification."""

from collections.abc import Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.console.charts import (
    confidence,
    help_fading,
    learning_curve,
    plan,
    skill_map,
    skill_over_time,
    weeks,
)
from lrs.console.charts.chart import Chart
from lrs.console.charts.drawing import Drawings, digest, whole
from lrs.console.charts.material import Material
from lrs.console.language import _, mark
from lrs.console.learner import story
from lrs.console.learner.whom import Whom, named, whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import NotFound
from lrs.storage.administration.people import Person

PLOTS: Mapping[str, tuple[str, Callable[[Material], Chart]]] = {
    "skill": (mark("Likely right on one skill, over time"), skill_over_time.chart),
    "curve": (mark("Mistakes by opportunity"), learning_curve.chart),
    "plan": (mark("Earned against the plan"), plan.chart),
    "weeks": (mark("Active time, week by week"), weeks.chart),
    "help": (mark("Help taken, by opportunity"), help_fading.chart),
    "confidence": (mark("Confidence against outcome"), confidence.chart),
    "map": (mark("Map of skills"), skill_map.chart),
}
_DRAWN = {
    **HEADERS,
    # the style inside follows the reader's colour scheme; there is nothing else in a drawing
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cache-control": "private, no-cache",
}
_DRAWINGS = Drawings()


def shown(console: Console, request: Request, person: Person) -> Response:
    """All of them, small; each leads to its page with the figures."""
    about = whom(console, request, person)
    looked(console.services, about.store, person, "charts", about.id)
    of = Material(
        console.services, about.store, about.id, named(console.services, about.store), None
    )
    keys = story.in_question(console.services, about, of.story)
    made = {name: plot(of) for name, (_title, plot) in PLOTS.items()}
    return console.renderer.page(
        "charts.html", person=person, store=about.store.name, learner=about.learner,
        who=about.name, own=about.own,
        plots=[
            (name, _(PLOTS[name][0]), "" if chart.spec else chart.empty, chart.questioned(keys))
            for name, chart in made.items()
        ],
    )  # fmt: skip


def one(console: Console, request: Request, person: Person) -> Response:
    """One chart with its table; `….svg` and `….vl.json` are the drawing and its specification."""
    about = whom(console, request, person)
    name, _dot, kind = request.path_params["name"].partition(".")
    if name not in PLOTS or kind not in {"", "svg", "vl.json"}:
        raise NotFound(_("There is no such chart."))
    of = Material(
        console.services, about.store, about.id, named(console.services, about.store),
        request.query_params.get("skill"),
    )  # fmt: skip
    chart = PLOTS[name][1](of)
    if kind == "svg":
        return drawn(request, chart)
    looked(console.services, about.store, person, "charts", about.id)
    if kind:
        return specification(chart)
    return _page(console, person, about, of, chart)


def _page(console: Console, person: Person, about: Whom, of: Material, chart: Chart) -> Response:
    single = chart.name == "skill"
    of.names.learn(of.skills)
    keys = story.in_question(console.services, about, of.story)
    return console.renderer.page(
        "chart.html", person=person, store=about.store.name, learner=about.learner,
        who=about.name, own=about.own, chart=chart, skill=of.skill if single else None,
        skills=[(one, of.names(one)) for one in of.skills] if single else [],
        disputed=keys, questioned=chart.questioned(keys),
        asked={one["disputed"] for one in of.story["disputes"] if one["open"]},
    )  # fmt: skip


def drawn(request: Request, chart: Chart) -> Response:
    """The drawing itself, for an image; `?narrow=1`, for a phone. Raises NotFound where nothing is
    known."""
    if chart.spec is None:
        raise NotFound(chart.empty)
    chart = (chart.narrow if "narrow" in request.query_params else None) or chart
    tag = f'"{digest(chart)}"'
    headers = {**_DRAWN, "etag": tag, "content-type": "image/svg+xml; charset=utf-8"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(_DRAWINGS.svg(chart), headers=headers)


def specification(chart: Chart) -> Response:
    """The specification, to be kept. Raises NotFound where nothing is known."""
    if chart.spec is None:
        raise NotFound(chart.empty)
    headers = {
        **HEADERS,
        "content-type": "application/json; charset=utf-8",
        "content-disposition": f'attachment; filename="{chart.name}.vl.json"',
    }
    return Response(orjson.dumps(whole(chart), option=orjson.OPT_INDENT_2), headers=headers)
