"""/api/v1/shared-plans: goals and plans that others share with whoever asks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.looking import looked
from lrs.api.services import Services, now_us
from lrs.api.v1.access import DEFAULT_STORE, services_of, somebody
from lrs.api.v1.story import add_words, goals_of
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.personal.shared_plans import SharedPlan
from lrs.xapi.timestamps import format_us

router = APIRouter(prefix="/api/v1", tags=["personal"])

_VIEWS = ("story", "pace", "independence")


@router.get("/shared-plans")
def shared_plans(
    request: Request,
    person: Annotated[Person, Depends(somebody)],
    store: Annotated[
        str | None, Query(max_length=200, description="Name of the store; default: one's own.")
    ] = None,
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="`next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """What others share with you: the plan, how far it is, and nothing else of whose it is.

    The newest first; a page may hold fewer than `limit`, even none, and still have a `next`.
    """
    services = services_of(request)
    found = _store(services, person, store)
    page = services.personal.shared_with(found, person, before=after, limit=limit)
    if store is not None and page == ([], None) and not _belongs(services, person, found):
        raise _OTHER
    items = described(services, found, person, page.items)
    return {"items": items, "next": page.next}


def described(
    services: Services, store: Store, person: Person, plans: list[SharedPlan]
) -> list[dict[str, Any]]:
    """Each with whose it is, how far it is, and the words of who shared it."""
    at_us, learners = now_us(), sorted({one.learner for one in plans})
    rows = services.classes.rows(store, learners, _VIEWS).learners
    names, told = dict[str, str | None](), dict[tuple[str, str], dict[str, Any]]()
    for learner in learners:
        looked(services, store, person, "shared-plans", learner)
        names[learner] = services.views.learner(store, learner).name
        known = rows[learner]
        for one in goals_of(services, store, known.views, at_us, known.knowledge):
            told[learner, one["goal"]] = one
    items = [
        {
            "learner": one.learner, "learner_name": names[one.learner], "plan": one.plan,
            "since": format_us(one.since_us), "statement": one.statement,
            "position": one.position, "told": told.get((one.learner, one.plan)),
        }
        for one in plans
    ]  # fmt: skip
    add_words(services, store, items)
    return items


_OTHER = Forbidden("You have no learners in this store.", code="other_store")
"""The same of a store that there is not: which others there are is not for everybody."""


def _store(services: Services, person: Person, wanted: str | None) -> Store:
    if wanted is None:
        own = sorted(services.groups.stores(person) or ())
        if own:
            return services.stores.by_id(own[0])
    try:
        found = services.stores.get(wanted or DEFAULT_STORE)
    except NotFound as error:
        raise _OTHER from error
    if found.name == AUDIT:
        raise _OTHER
    return found


def _belongs(services: Services, person: Person, store: Store) -> bool:
    own = services.groups.stores(person)
    return own is None or store.id in own
