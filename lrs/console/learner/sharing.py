"""Plans that are shared: with whom, with whom they may be, and those that others share."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.services import Services
from lrs.api.v1.shared_plans import described
from lrs.console import pace, wording
from lrs.console.language import _
from lrs.console.learner.whom import Whom, named
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store

_MOST_MATES, _MOST_RECEIVED = 200, 50


class With(NamedTuple):
    """Somebody with whom a plan is shared. whom: what a form sends to share it no longer, empty
    where nobody can say any more who it was. learner: whether `whom` is a learner's id, else it is
    a user's name."""

    name: str
    whom: str = ""
    learner: bool = False


def shared(services: Services, about: Whom, story: Mapping[str, Any]) -> dict[str, list[With]]:
    """By plan, in the order in which they were shared. Who it is stands in the statements alone."""
    entries = list(reversed(story["shared"]))
    said = services.personal.texts(about.store, [one["position"] for one in entries])
    found: dict[str, list[With]] = {}
    for one in entries:
        told = said[one["position"]]
        names = () if told is None else told.with_
        whom = _with(services, about, names[0]) if len(names) == 1 else With("")
        found.setdefault(one["plan"], []).append(whom)
    return found


def _with(services: Services, about: Whom, name: str) -> With:
    """name: of a user, or the id of a learner."""
    with suppress(NotFound):
        other = services.views.learner(about.store, name)
        return With(Whom(about.store, other, False).name, name, learner=True)
    return With(name, name)


def mates(services: Services, about: Whom) -> list[tuple[str, str]]:
    """The learners of the same groups, by name, with their ids first."""
    beside = services.personal.beside(about.store, about.id) - {about.id}
    found = services.views.learners(about.store, only=beside, limit=_MOST_MATES).items
    told = [(one.id, Whom(about.store, one, False).name) for one in found]
    return sorted(told, key=lambda one: one[1].casefold())


class Received(NamedTuple):
    """A plan that somebody shares. whose: the learner's name. by: the teacher who shared it, if it
    was one. plan: how far it is; None when it is no longer told of."""

    name: str
    whose: str
    by: str
    since: str
    state: str
    plan: pace.Plan | None


def received(services: Services, store: Store, person: Person) -> list[Received]:
    """What others share with somebody; the newest first."""
    found = services.personal.shared_with(store, person, limit=_MOST_RECEIVED)
    told = described(services, store, person, found.items)
    names = named(services, store)
    names.learn([one["plan"] for one in told])
    return [_received(one, names) for one in told]


def _received(one: Mapping[str, Any], names: Names) -> Received:
    told, said = one["told"], one["said"] or {}
    state = (told or {}).get("state") or ""
    return Received(
        names(one["plan"]),
        wording.plain(one["learner_name"] or "", 80) or _("somebody without a name"),
        wording.plain(said.get("by", ""), 80),
        one["since"],
        wording.GOAL_STATES.get(state, wording.plain(state)),
        pace.plan(told, names) if told and "earned" in told else None,
    )


def shown(console: Console, request: Request, person: Person) -> Response:  # noqa: ARG001 - as all
    """/shared-plans: for whoever is no learner here, or wants nothing else."""
    services = console.services
    return console.renderer.page(
        "shared_plans.html",
        person=person,
        received=[
            one for store in services.stores.observed() for one in received(services, store, person)
        ],
    )
