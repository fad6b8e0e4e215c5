"""/groups/{store}/{id}/say: a teacher answers a wish, or pins a step; statements of the log."""

import uuid
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console.forms import TOLD, Fields
from lrs.console.language import _
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import whose
from lrs.errors import Forbidden, InvalidRequest
from lrs.storage.administration.people import Person
from lrs.storage.personal import acts

_NAMESPACE = uuid.UUID("b0f6a3f4-6c0a-4d4e-9b53-2f6f5a0c7d19")

# of the grid that is gone back to
_CHOSEN = ("skill", "status", "kind", "sort", "show", "on", "all")


def back(console: Console, request: Request, person: Person) -> Response:
    """For whoever loads the address of a form of a group anew: the page that it stands on."""
    asked = request.path_params
    about = whose.found(console.services, person, asked["store"], asked["group"])
    address = console.renderer.url("groups", about.store.name, str(about.group.id))
    return RedirectResponse(address, 303, headers=HEADERS)


def said(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Write it, once however often the form is sent, and go back to where it stood."""
    if person.role in {"analyst", "coach"}:
        raise Forbidden(_("Only the learner and their teachers write here."))
    about = whose.whose(console, request, person, "group")
    make, learner = _ACTS.get(given.get("act", "")), given.get("learner", "")
    if make is None:
        raise InvalidRequest(_("The form cannot be read."))
    members = console.services.groups.members(about.store, about.group)
    if not about.writes:
        raise Forbidden(_("What was shared with you is for reading."))
    if learner not in members:
        raise Forbidden(_("This learner is in none of your groups."))
    act = make(given)
    told = "\n".join([str(person.id), *(f"{name}={given.all(name)}" for name in sorted(given))])
    written = console.services.personal.write(
        about.store, person, learner, act, statement_id=str(uuid.uuid5(_NAMESPACE, told))
    )
    more = {one: given[f"grid-{one}"] for one in _CHOSEN if f"grid-{one}" in given}
    more |= {name: given[of] for name, of in (("of", "skill"), ("ask", "ask")) if of in given}
    below = ["cell"] if given.get("page") == "cell" else []
    if below:
        more["c"] = given.get("cell", "")
    address = console.renderer.url(
        "groups", about.store.name, str(about.group.id), *below,
        done=given["act"], seen=max(0, written.position), whom=learner, **more,
    )  # fmt: skip
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)


_ACTS: Mapping[str, Callable[[Fields], acts.Act]] = {
    "answer": lambda given: acts.AnswerAsk(given.get("ask", ""), given.get("text", "").strip()),
    "pin": lambda given: acts.Pin(given.get("skill", ""), given.get("text", "").strip()),
    "unpin": lambda given: acts.Unpin(given.get("skill", "")),
}
