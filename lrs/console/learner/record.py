"""/learners/{store}/{id}/record: everything that is kept, to read, to print and to take along."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.console import independence, mastery, pace
from lrs.console.language import _
from lrs.console.learner import story
from lrs.console.learner.readings import progress_of, read_at, rows_of, subjects
from lrs.console.learner.whom import Whom, named, whom
from lrs.console.pages import Console
from lrs.errors import Forbidden
from lrs.storage.administration.people import Person


def shown(console: Console, request: Request, person: Person) -> Response:
    about = whom(console, request, person)
    if about.only_shown:
        raise Forbidden(
            _("The whole record is for the learner, their teachers and administrators.")
        )
    looked(console.services, about.store, person, "record", about.id)
    told = content(console.services, about)
    return console.renderer.page("learner_record.html", person=person, **told)


def content(services: Services, about: Whom) -> dict[str, Any]:
    """Everything that the page tells, read at one moment."""
    at_us, names = now_us(), named(services, about.store)
    rows = rows_of(services, about.store, about.id)
    read = read_at(rows, at_us)
    told = story.read(services, about, at_us)
    names.learn(subjects(read) | story.named_in(told))
    return {
        "store": about.store.name,
        "learner": about.learner,
        "who": about.name,
        "own": about.own,
        "progress": progress_of(rows),
        "skills": mastery.skills(read["mastery"], names, about.own),
        "pace": pace.groups(read["pace"]),
        "independence": independence.groups(read["independence"], about.own),
        "goals": independence.goals(read["independence"], names, about.own),
        "disputed": story.in_question(services, about, told),
        "reflections": story.reflections(services, about, told, names),
        "works": story.works(services, about, told, names),
    }
