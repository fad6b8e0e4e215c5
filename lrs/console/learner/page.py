"""/learners/{store}/{id}: where a learner stands, what comes next, how they got there."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import figures, independence, mastery, pace, wording
from lrs.console.fitted import fitted
from lrs.console.forms import Fields
from lrs.console.language import _
from lrs.console.learner import done, lately, next_steps, offers, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.asked import Faults
from lrs.console.learner.choosing import choices, known_skills
from lrs.console.learner.readings import progress_of, read_at, rows_of, subjects
from lrs.console.learner.watching import watchers
from lrs.console.learner.whom import Whom, named, themself, whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.storage.administration.people import Person
from projections.instants import WEEK_US, parse_us
from projections.story import ANSWERED


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
        may=may_write(console.services, about, person),
        **{**done.NOTHING, **told, **more},
    )  # fmt: skip


def _answered(ask: Mapping[str, Any], at_us: int) -> bool:
    """A wish that somebody has seen to, for as long as that is news."""
    ended_us = parse_us(ask["ended"]) if ask["ended"] and ask["how"] == ANSWERED else None
    return ended_us is not None and ended_us >= at_us - WEEK_US


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
        "worded": about.worded,
        "only_shown": about.only_shown,
        "watchers": [] if about.only_shown else watchers(services, about),
        "at": read["mastery"]["at"],
        "last": read["mastery"]["last"],
        "progress": progress_of(rows),
        "fitted": fitted(services, store),
        "summary": mastery.summary(one.status for one in skills),
        "overall": figures.shown(
            _("Right lately, over all skills"),
            read["mastery"]["overall"],
            wording.percent,
            "answer",
        ),
        "skills": skills,
        "strong": [one for one in skills if one.status in {"lasting", "secure"}],
        "changes": lately.changes(read["mastery"], names, lately.kept_of(rows["mastery"])),
        "next": next_steps.of(services, about, names, at_us),
        "pace": pace.groups(read["pace"]),
        "weeks": pace.weeks(read["pace"]),
        "plans": pace.plans(read["pace"], names, about.own),
        "stuck": pace.stuck(read["pace"], names),
        "independence": independence.groups(read["independence"], own),
        "goals": independence.goals(read["independence"], names, about.own),
        "preferences": read["independence"]["preferences"],
        "story": told,
        "disputed": story.in_question(services, about, told),
        "questions": story.questions(services, about, told, names),
        "name_of": names,
        "offer": offers.open_offer(told),
        "chosen": offers.chosen(told, at_us),
        "answered": [one for one in told["asks"] if _answered(one, at_us)],
        "skill_choices": choices(known_skills(services, about, read), names) if own else [],
        "pinned": {one["skill"] for one in told["pins"]},
        "picked": {one["skill"] for one in told["picks"]},
        "asks": [one for one in told["asks"] if one["open"]],
    }
