"""/learners/{store}/{id}/goals: goals and plans, wishes, words and works of a learner."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import independence, pace, wording
from lrs.console.forms import Fields
from lrs.console.learner import done, sharing, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.asked import Faults
from lrs.console.learner.choosing import choices, known_skills
from lrs.console.learner.readings import (
    Read,
    progress_of,
    read_at,
    rows_of,
    subjects,
    targets_of,
)
from lrs.console.learner.sharing import With
from lrs.console.learner.whom import Whom, named, whom
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.storage.administration.people import Person


class Goal(NamedTuple):
    """A goal or plan that is open, as its form shows it: start and due are days where the reader
    is, choices the skills that it may name, and those it names already."""

    iri: str
    name: str
    plan: bool
    start: str
    due: str
    skills: list[str]
    choices: list[tuple[str, str]]
    told: independence.Goal
    shared: list[With]


def shown(console: Console, request: Request, person: Person) -> Response:
    about = whom(console, request, person)
    looked(console.services, about.store, person, "goals", about.id)
    became = done.became(console.services, about, request)
    return rendered(console, about, person, **became)


def rendered(
    console: Console, about: Whom, person: Person, *, given: Fields | None = None,
    faults: Faults | None = None, status: int = 200, **more: Any,
) -> Response:  # fmt: skip
    """The page; given, faults: of a form on it that was not taken."""
    services = console.services
    told = content(services, about)
    may = may_write(services, about, person)
    if about.own:
        told["received"] = sharing.received(services, about.store, person)
        told["mates"] = sharing.mates(services, about)
    return console.renderer.page(
        "learner_goals.html", status, person=person, given=given or Fields([]),
        faults=faults or {}, may=may,
        **{**done.NOTHING, **told, **more},
    )  # fmt: skip


def content(services: Services, about: Whom) -> dict[str, Any]:
    """Everything that the page tells, read at one moment."""
    store, at_us = about.store, now_us()
    names = named(services, store)
    rows = rows_of(services, store, about.id)
    read = read_at(rows, at_us)
    told = story.read(services, about, at_us)
    skills, targets = known_skills(services, about, read), targets_of(rows["pace"])
    named_by_goals = {skill for some in targets.values() for skill in some}
    names.learn(
        subjects(read) | story.named_in(told) | {iri for iri, _name in skills} | named_by_goals
    )
    shared = {} if about.only_shown else sharing.shared(services, about, told)
    all_goals = independence.goals(read["independence"], names, about.own)
    return {
        "store": store.name,
        "learner": about.learner,
        "who": about.name,
        "own": about.own,
        "worded": about.worded,
        "progress": progress_of(rows),
        "skill_choices": choices(skills, names),
        "goals": _open(read, all_goals, _Known(names, skills, targets, shared)),
        "past": [one for one, raw in zip(all_goals, read["independence"]["goals"], strict=True)
                 if raw["state"] not in wording.OPEN_GOALS],
        "plans": {one["goal"]: made for one, made in _plans(read, names, about.own)},
        "preferences": read["independence"]["preferences"],
        "story": told,
        "disputed": story.in_question(services, about, told),
        "questions": story.questions(services, about, told, names, closed=True),
        "asks": [one for one in told["asks"] if one["open"]],
        "name_of": names,
        "reflections": story.reflections(services, about, told, names),
        "works": story.works(services, about, told, names),
    }  # fmt: skip


class _Known(NamedTuple):
    """What the forms of goals are filled from. targets, shared: by goal."""

    names: Names
    skills: list[tuple[str, str]]
    targets: Mapping[str, list[str]]
    shared: Mapping[str, list[With]]


def _open(read: Read, told: list[independence.Goal], known: _Known) -> list[Goal]:
    """Goals that are open. The pace view knows which are plans."""
    by_iri = {one["goal"]: one for one in read["pace"]["plans"]}
    made = []
    for raw, shown_goal in zip(read["independence"]["goals"], told, strict=True):
        if raw["state"] in wording.OPEN_GOALS:
            iri, plan = raw["goal"], by_iri.get(raw["goal"], {})
            targets = known.targets.get(iri, [])
            offered = {one for one, _name in known.skills}
            more = [(one, "") for one in targets if one not in offered]
            made.append(
                Goal(
                    iri, known.names(iri), bool(plan.get("plan")),
                    _day(plan.get("start")), _day(raw["due"]), targets,
                    choices([*known.skills, *more], known.names), shown_goal,
                    known.shared.get(iri, []),
                )
            )  # fmt: skip
    return made


def _day(moment: str | None) -> str:
    return wording.local(moment).date().isoformat() if moment else ""


def _plans(read: Read, names: Names, own: bool) -> list[tuple[Mapping[str, Any], pace.Plan]]:
    listed = [
        one
        for one in read["pace"]["plans"]
        if one["state"] in wording.OPEN_GOALS and (one["total"] or one["due"])
    ]
    return list(zip(listed, pace.plans(read["pace"], names, own), strict=True))
