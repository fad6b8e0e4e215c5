"""/calibrations: what was fitted to a store's learners, and how well it predicts them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.v1.calibrations import evaluated, summaries
from lrs.console import sight
from lrs.console.charts import reliability
from lrs.console.charts.pages import drawn
from lrs.console.language import _
from lrs.console.learner.whom import named
from lrs.console.numbers import number_of
from lrs.console.pages import Console
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.calibrations import Calibrations

_MOST = 200  # calibrations, or skills of one, on a page
_LAST = 10**9  # number


def listed(console: Console, request: Request, person: Person) -> Response:
    """All of a store, the newest first; number 0 is what is shipped."""
    stores, store = _chosen(console, request, person)
    lines = summaries(console.services.database, store.id, None, _MOST)["items"]
    return console.renderer.page(
        "calibrations.html", person=person, stores=[one.name for one in stores],
        store=store.name, lines=lines,
    )  # fmt: skip


def shown(console: Console, request: Request, person: Person) -> Response:
    """One of them, as it was last evaluated; `….svg` is its reliability diagram."""
    _stores, store = _chosen(console, request, person)
    text, _dot, kind = request.path_params["number"].partition(".")
    number = number_of(text, _LAST)
    if number is None or kind not in {"", "svg"}:
        raise NotFound(_("There is no such calibration."))
    found = _evaluated(console, store, number)
    if found is None:
        if kind:
            raise NotFound(_("Nobody has evaluated this calibration yet."))
        return console.renderer.page(
            "calibration.html", person=person, store=store.name, calibration=number,
            found=None, skills=[],
        )  # fmt: skip
    chart = reliability.chart(found)
    if kind:
        return drawn(request, chart)
    skills = found["skills"][:_MOST]
    names = named(console.services, store)
    names.learn([one["skill"] for one in skills])
    return console.renderer.page(
        "calibration.html", person=person, store=store.name, calibration=number, found=found,
        chart=chart, skills=[(names(one["skill"]), one) for one in skills],
    )  # fmt: skip


def _evaluated(console: Console, store: Store, number: int) -> dict[str, Any] | None:
    """None: it is there, and was never evaluated. Raises NotFound."""
    database = console.services.database
    if number:
        Calibrations(database).entry(store.id, number)
    try:
        return evaluated(database, store.id, number)
    except NotFound:
        return None


def _chosen(console: Console, request: Request, person: Person) -> tuple[list[Store], Store]:
    """The stores they see, and the one that is asked for. Raises Forbidden, NotFound."""
    if person.role not in {"analyst", "administrator"}:
        raise Forbidden(_("Calibrations are for analysts."))
    stores = sight.stores(console.services, person)
    name = request.query_params.get("store") or stores[0].name
    for one in stores:
        if one.name == name:
            return stores, one
    raise NotFound(_("There is no store named “{name}” here.").format(name=name[:100]))
