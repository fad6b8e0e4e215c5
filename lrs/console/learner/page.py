"""/learners/{store}/{id}: where a learner stands, what comes next, how they got there."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import figures, independence, mastery, pace, wording
from lrs.console.forms import Fields
from lrs.console.language import _
from lrs.console.learner import done, lately, next_steps, offers, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.asked import Faults
from lrs.console.learner.choosing import choices, known_skills
from lrs.console.learner.readings import progress_of, read_at, rows_of, subjects
from lrs.console.learner.whom import Whom, named, themself, whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.storage.administration.people import Person


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
    return rendered(console, about, person, **done.became(services, about, request))


def rendered(
    console: Console, about: Whom, person: Person, *, given: Fields | None = None,
    faults: Faults | None = None, status: int = 200, **more: Any,
) -> Response:  # fmt: skip
    """The page; given, faults: of a form on it that was not taken."""
    told = content(console.services, about)
    if about.own:
        told["offer"] = offers.show(console.services, about, person, told["next"])
    return console.renderer.page(
        "learner.html", status, person=person, given=given or Fields([]), faults=faults or {},
        may=may_write(console.services, about, person), once=secrets.token_hex(8),
        **{"done": "", "waiting": False, **told, **more},
    )  # fmt: skip


def content(services: Services, about: Whom) -> dict[str, Any]:
    """Everything that the page tells, read at one moment."""
    store, at_us, own = about.store, now_us(), about.own
    names = named(services, store)
    rows = rows_of(services, store, about.id)
    read = read_at(rows, at_us)
    told = story.read(services, about, at_us)
    names.learn(subjects(read) | story.named_in(told))
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
        "story": told,
        "disputed": story.in_question(services, about, told),
        "name_of": names,
        "offer": offers.open_offer(told),
        "skill_choices": choices(known_skills(services, about, read), names) if own else [],
        "pinned": {one["skill"] for one in told["pins"]},
        "picked": {one["skill"] for one in told["picks"]},
        "asks": [one for one in told["asks"] if one["open"]],
    }
