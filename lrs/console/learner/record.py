"""/learners/{store}/{id}/record: everything that is kept, to read, to print and to take along."""

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.console.learner import goals, page
from lrs.console.learner.whom import whom
from lrs.console.pages import Console
from lrs.storage.administration.people import Person


def shown(console: Console, request: Request, person: Person) -> Response:
    about = whom(console, request, person)
    looked(console.services, about.store, person, "record", about.id)
    told = {**goals.content(console.services, about), **page.content(console.services, about)}
    told["goals"] = goals.content(console.services, about)["goals"]
    return console.renderer.page("learner_record.html", person=person, **told)
