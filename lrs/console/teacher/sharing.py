"""/groups/{store}/{id}/share: who else may look at a group, or at one learner of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.services import Services
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _, mark, reader
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import group, whose
from lrs.console.teacher.whose import Whose
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.storage.administration.also import AlsoOf
from lrs.storage.administration.group import Group
from lrs.storage.administration.people import Person, account_of
from lrs.storage.audit.audit import Act
from lrs.storage.log.recorder import Author
from projections.instants import SECOND_US, format_us

_TEACHERS = mark("Only the teachers of a group say who else may look at it.")
_LONGEST_NAME = 200
_LAST = date(2099, 12, 31)


def said(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Share the group or end that, and show its page again."""
    asked = request.path_params
    if person.role in {"analyst", "coach"}:
        raise Forbidden(_(_TEACHERS))
    about = whose.found(console.services, person, asked["store"], asked["group"])
    if not about.writes:
        raise Forbidden(_(_TEACHERS))
    work = {"share": _share, "end": _end}.get(given.get("act", ""))
    if work is None:
        raise InvalidRequest(_("The form cannot be read."))
    faults = work(console.services, about, person, given)
    if faults:
        return group.shown(console, request, person, given=given, faults=faults)
    done = "shared" if given["act"] == "share" else "ended"
    address = console.renderer.url(
        "groups", about.store.name, str(about.group.id), done=done, seen=0
    )
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)


def _share(services: Services, about: Whose, person: Person, given: Fields) -> dict[str, str]:
    """What is wrong with the form, by field; nothing when it was shared."""
    shares, name = services.groups.shares, given.get("name", "").strip()
    learner = given.get("learner") or None
    try:
        until_us = _until(given.get("until", "").strip())
        looker = services.people.get(name[:_LONGEST_NAME].replace("\0", ""))
    except ValueError:
        return {"until": _("Choose a day that is not over, such as 2030-05-31.")}
    except NotFound:
        return {"name": _("Nobody signs in with this name.")}
    words = given.get("words") == "1"
    details = {
        "with": account_of(looker), "learner": _known(services, about, learner),
        "whole": learner is None,
        "until": format_us(until_us), "words": words,
    }  # fmt: skip
    try:
        shares.share(
            about.store, about.group, looker, learner=learner, until_us=until_us, words=words,
            by=_author(services, person), also=_audited(services, about, person, "shared", details),
        )  # fmt: skip
    except (InvalidRequest, NotFound):
        return {"name": _("A group is shared with a coach, or a teacher who does not teach it.")}
    return {}


def _known(services: Services, about: Whose, learner: str | None) -> str | None:
    """The audit knows learners by their ids alone."""
    members = services.groups.members(about.store, about.group)
    return learner if learner in members else None


def _until(text: str) -> int | None:
    """The end of a day where the reader is. Raises ValueError."""
    if not text:
        return None
    day = date.fromisoformat(text)
    end = datetime.combine(min(day, _LAST) + timedelta(days=1), time(), reader().zone)
    if day > _LAST or end.timestamp() <= datetime.now(UTC).timestamp():
        raise ValueError(text)
    return int(end.timestamp()) * SECOND_US


def _end(services: Services, about: Whose, person: Person, given: Fields) -> dict[str, str]:
    """Ended already is ended."""
    share = given.get("share", "")
    details = {"with": f"user-{share.partition('-')[0][:20]}"}
    try:
        services.groups.shares.end(
            about.store, about.group, share, by=_author(services, person),
            also=_audited(services, about, person, "unshared", details),
        )  # fmt: skip
    except NotFound:
        return {}
    return {}


def _author(services: Services, person: Person) -> Author:
    return Author.person(services.settings.origin, person.id)


def _audited(
    services: Services, about: Whose, person: Person, verb: str, details: Mapping[str, Any]
) -> AlsoOf[Group]:
    by, store = account_of(person), about.store.name
    return services.audit.of_made(
        lambda group: Act(by, verb, "group", str(group.id), store, details)
    )
