"""/learners/{store}/{id}: mastery, pace and independence of one learner on one page."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import figures, independence, mastery, pace, sight, wording
from lrs.console.browsing import Progress, store_named
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import Learner, ViewRows
from projections import reading


def named(services: Services, store: Store) -> Names:
    return Names(services.definitions, store)


def found(console: Console, request: Request, person: Person) -> tuple[Store, Learner]:
    """The store and the learner of the address. Raises NotFound, Forbidden."""
    services = console.services
    store = store_named(services, request.path_params["store"])
    learner = services.views.learner(store, request.path_params["learner"])
    sight.check_learner(services, store, person, learner.id)
    return store, learner


def shown(console: Console, request: Request, person: Person) -> Response:
    services = console.services
    store, learner = found(console, request, person)
    looked(services, store, person, "learner", learner.id)
    names, at_us = named(services, store), now_us()
    rows = {
        view: services.views.rows(store, learner.id, view)
        for view in ("mastery", "pace", "independence")
    }
    read = _read(rows, at_us)
    names.learn(_subjects(read))
    skills = mastery.skills(read["mastery"], names)
    return console.renderer.page(
        "learner.html",
        person=person,
        store=store.name,
        learner=learner,
        at=read["mastery"]["at"],
        last=read["mastery"]["last"],
        progress=_progress(rows),
        summary=mastery.summary(one.status for one in skills),
        overall=figures.shown(
            "Right lately, over all skills", read["mastery"]["overall"], wording.percent, "answer"
        ),
        skills=skills,
        pace=pace.groups(read["pace"]),
        weeks=pace.weeks(read["pace"]),
        plans=pace.plans(read["pace"], names),
        stuck=pace.stuck(read["pace"], names),
        independence=independence.groups(read["independence"]),
        goals=independence.goals(read["independence"], names),
        preferences=read["independence"]["preferences"],
    )


_READERS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}


def _read(rows: dict[str, ViewRows], at_us: int) -> dict[str, dict[str, Any]]:
    return {
        view: _READERS[view](dict(found.rows), at_us, found.knowledge)
        for view, found in rows.items()
    }


def _subjects(read: dict[str, dict[str, Any]]) -> set[str]:
    """Everything on the page that may have a name."""
    return {
        *(one["skill"] for one in read["mastery"]["skills"]),
        *(one["goal"] for one in read["pace"]["plans"]),
        *(one["skill"] for one in read["pace"]["stuck"]),
        *(one["goal"] for one in read["independence"]["goals"]),
    }


def _progress(rows: dict[str, ViewRows]) -> Progress:
    """The least of what the three views reflect: true of the whole page."""
    head = min(one.head for one in rows.values()) + 1
    return Progress(min(min(one.reflects for one in rows.values()) + 1, head), head)
