"""/learners/{store}/{id}: where a learner stands, what comes next, how they got there."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import figures, independence, mastery, pace, wording
from lrs.console.browsing import Progress
from lrs.console.language import _
from lrs.console.learner import lately, next_steps
from lrs.console.learner.whom import Whom, named, themself, whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import ViewRows
from projections import reading

Read = Mapping[str, dict[str, Any]]


def me(console: Console, request: Request, person: Person) -> Response:
    """The own page of somebody who is a learner, and what lies below it."""
    own = themself(console.services, person)
    below = [one for one in (request.path_params.get("page", ""),) if one]
    address = console.renderer.url("learners", own.store.name, own.id, *below)
    return RedirectResponse(address, 303, headers=HEADERS)


def shown(console: Console, request: Request, person: Person) -> Response:
    services = console.services
    about = whom(console, request, person)
    looked(services, about.store, person, "learner", about.id)
    return console.renderer.page("learner.html", person=person, **content(services, about))


def content(services: Services, about: Whom) -> dict[str, Any]:
    """Everything that the page tells, read at one moment."""
    store, at_us, own = about.store, now_us(), about.own
    names = named(services, store)
    rows = rows_of(services, store, about.id)
    read = read_at(rows, at_us)
    names.learn(subjects(read))
    skills = mastery.skills(read["mastery"], names, own)
    return {
        "store": store.name,
        "learner": about.learner,
        "who": about.name,
        "own": own,
        "at": read["mastery"]["at"],
        "last": read["mastery"]["last"],
        "progress": progress_of(rows),
        "summary": mastery.summary(one.status for one in skills),
        "overall": figures.shown(
            _("Right lately, over all skills"),
            read["mastery"]["overall"],
            wording.percent,
            "answer",
        ),
        "skills": skills,
        "strong": [one for one in skills if one.status in {"lasting", "secure"}],
        "changes": lately.changes(read["mastery"], names, own),
        "next": next_steps.of(services, about, names, at_us),
        "pace": pace.groups(read["pace"]),
        "weeks": pace.weeks(read["pace"]),
        "plans": pace.plans(read["pace"], names),
        "stuck": pace.stuck(read["pace"], names),
        "independence": independence.groups(read["independence"], own),
        "goals": independence.goals(read["independence"], names),
        "preferences": read["independence"]["preferences"],
    }


def rows_of(services: Services, store: Store, learner: str) -> dict[str, ViewRows]:
    return {view: services.views.rows(store, learner, view) for view in _READERS}


_READERS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "mastery": reading.read_mastery,
    "pace": reading.read_pace,
    "independence": reading.read_independence,
}


def read_at(rows: Mapping[str, ViewRows], at_us: int) -> Read:
    return {
        view: _READERS[view](dict(found.rows), at_us, found.knowledge)
        for view, found in rows.items()
    }


def subjects(read: Read) -> set[str]:
    """Everything on the page that may have a name."""
    return {
        *(one["skill"] for one in read["mastery"]["skills"]),
        *(one["goal"] for one in read["pace"]["plans"]),
        *(one["skill"] for one in read["pace"]["stuck"]),
        *(one["goal"] for one in read["independence"]["goals"]),
    }


def progress_of(rows: Mapping[str, ViewRows]) -> Progress:
    """The least of what the three views reflect: true of the whole page."""
    head = min(one.head for one in rows.values()) + 1
    return Progress(min(min(one.reflects for one in rows.values()) + 1, head), head)
