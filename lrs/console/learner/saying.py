"""/learners/{store}/{id}/say: what a form of a learner's pages says becomes a statement."""

import uuid

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.console.forms import TOLD, Fields
from lrs.console.language import _
from lrs.console.learner import done, goals, page
from lrs.console.learner.asked import AskedError, Faults, act_of, faults_of
from lrs.console.learner.whom import Whom, whom
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import Forbidden, InvalidAct, InvalidRequest, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.personal import acts

_MOST_FOLDS = 3
_OF_A_SKILL = {"choose", "skip", "pick", "unpick", "pin", "unpin"}
_NAMESPACE = uuid.UUID("0f3d7a0e-9a51-4f3e-8d53-1b1f6f7f5c11")


def back(console: Console, request: Request, person: Person) -> Response:
    """For whoever loads the address of a form anew: the page that most of them stand on."""
    about = whom(console, request, person)
    address = console.renderer.url("learners", about.store.name, about.id, "goals")
    return RedirectResponse(address, 303, headers=HEADERS)


def said(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Write what the form says, once however often it is sent; or show its page again with what
    is wrong."""
    about = whom(console, request, person)
    if about.only_shown:
        raise Forbidden(_("What was shared with you is for reading."))
    try:
        act = act_of(given)
        if act is None:
            raise InvalidRequest(_("The form cannot be read."))
        act = _with_whom(console, about, act)
        written = console.services.personal.write(
            about.store, person, about.id, act, statement_id=_id(person, about, given)
        )
    except (AskedError, InvalidAct) as error:
        faults = error.faults if isinstance(error, AskedError) else faults_of(error)
        return _again(console, about, person, given, faults)
    place, more = _place(about, given)
    at = given.get("anchor", "")
    address = console.renderer.url(
        *place, done=_done(given), seen=max(written.position, 0),
        at=at if at in done.PLACES else None, fold=given.all("fold")[:_MOST_FOLDS], **more,
    )  # fmt: skip
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)


def _done(given: Fields) -> str:
    """One of `done.DONE`."""
    of_plan = f"{given['act']} plan" if given.get("kind") == "plan" else ""
    return of_plan if of_plan in done.DONE else given["act"]


def _place(about: Whom, given: Fields) -> tuple[list[str], dict[str, str]]:
    """Where the form stood: the parts of the address, and what was asked for there."""
    page, store = given.get("page", ""), about.store.name
    if page == "statement":
        figure = given.get("figure", "")
        place = ["statements", store, given.get("statement", "")]
        return place, {"figure": figure} if figure else {}
    own = ["learners", store, about.id]
    of = {"of": given["skill"]} if given.get("skill") and given["act"] in _OF_A_SKILL else {}
    if page == "evidence":
        asked = {name: given.get(name, "") for name in ("figure", "since", "after")}
        return [*own, page], {name: text for name, text in asked.items() if text}
    return [*own, *(one for one in (page,) if one in {"goals", "record"})], of


def _with_whom(console: Console, about: Whom, act: acts.Act) -> acts.Act:
    """A plan is shared with whoever has a name here: with a learner as that learner."""
    if not isinstance(act, acts.SharePlan | acts.UnsharePlan) or act.colleague is None:
        return act
    groups = console.services.groups
    try:
        whom = console.services.people.get(act.colleague)
    except NotFound as error:
        raise AskedError({"whom": _("Nobody signs in with this name.")}) from error
    known = sorted(groups.visible(about.store, whom) or ()) if whom.role == "learner" else []
    return type(act)(act.plan, learner=known[0]) if known else act


def _id(person: Person, about: Whom, given: Fields) -> str:
    """The same for the same form sent again from the same page, and for no other."""
    told = [f"{name}={given.all(name)}" for name in sorted(given)]
    return str(uuid.uuid5(_NAMESPACE, "\n".join([str(person.id), about.id, *told])))


def _again(
    console: Console, about: Whom, person: Person, given: Fields, faults: Faults
) -> Response:
    """The page that the form stood on, with what was written and what is wrong."""
    make = goals.rendered if given.get("page") == "goals" else page.rendered
    return make(console, about, person, given=given, faults=faults, status=422)
