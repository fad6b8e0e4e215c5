"""/api/v1/learners/{id}/story and goals: what people wrote, read back with the words of it."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, learner_reader, reads_words, services_of
from lrs.api.v1.evidence import Evidence, events
from lrs.api.v1.views import Asked, At, Named, reflected
from lrs.errors import Forbidden
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.xapi import parameters as check
from projections import reading
from projections.knowledge import Knowledge
from projections.story import disputed_figures

router = APIRouter(prefix="/api/v1", tags=["personal"])

Reader = Annotated[Access, Depends(learner_reader)]
Reflected = Annotated[Asked, Depends(reflected)]
_PARTS = (
    "picks", "pins", "interests", "asks", "disputes", "conversations", "reflections", "works",
    "shared", "shared_with",
)  # fmt: skip
Bodies = dict[str, dict[str, dict[str, Any]]]


@router.get("/learners/{learner_id}/story")
def story(
    request: Request,
    access: Reader,
    asked: Reflected,
    at: At = None,
    evidence: Named = 0,
    texts: Annotated[bool, Query(description="Also the words, under `said`.")] = True,
) -> dict[str, Any]:
    """What the learner, and others with them, wrote: wishes, talks, disputes, works and more.

    Not for those to whom the learner is shown without words (docs/teachers.md).
    `disputed_figures` names each figure that rests on a disputed statement, with the statements.
    """
    if not reads_words(request, access, asked.learner):
        raise Forbidden("This learner is shown to you without words.", code="without_words")
    services = services_of(request)
    found, position, told, at_us = _known(services, access.store, asked, at)
    knowledge, kept = told
    made = reading.read_story(found.get("story", {}), at_us, knowledge)
    made["disputed_figures"] = disputed_figures(found.get("story", {}).get("", {}), events(kept))
    link = f"{services.base_path}/api/v1/learners/{asked.learner}/evidence"
    more = "" if asked.moment is None else f"&as_of={asked.moment.position}"
    made = Evidence(kept, most=evidence, link=link, more=more).add_to(made)
    if texts:
        add_words(services, access.store, [one for part in _PARTS for one in made[part]])
    return {"learner": asked.learner, "position": position, **made}


@router.get("/learners/{learner_id}/goals")
def goals(request: Request, access: Reader, asked: Reflected, at: At = None) -> dict[str, Any]:
    """The learner's goals and plans: who set them, how far they are, and what became of them."""
    services = services_of(request)
    found, position, (knowledge, _), at_us = _known(services, access.store, asked, at)
    items = goals_of(services, access.store, found, at_us, knowledge)
    return {"learner": asked.learner, "position": position, "items": items, "next": None}


def goals_of(
    services: Services, store: Store, found: Bodies, at_us: int, knowledge: Knowledge
) -> list[dict[str, Any]]:
    """Goals and plans as `pace` and `independence` have them, together, with their names; what
    was told of last comes first."""
    plans = reading.read_pace(found.get("pace", {}), at_us, knowledge)["plans"]
    by_name = {one["goal"]: one for one in plans}
    told = reading.read_independence(found.get("independence", {}), at_us, knowledge)["goals"]
    names = services.definitions.definitions(store, {one["goal"] for one in told})
    return [
        {**by_name.get(one["goal"], {}), **one, "name": _name(names.get(one["goal"], ()))}
        for one in reversed(told)
    ]


def add_words(services: Services, store: Store, items: list[dict[str, Any]]) -> None:
    """Put the words of its statement into each item, as `said`; None of an erased one."""
    said = services.personal.texts(store, [one["position"] for one in items])
    for one in items:
        words = said[one["position"]]
        one["said"] = None if words is None else words.plain()


def _known(
    services: Services, store: Store, asked: Asked, at: str | None
) -> tuple[Bodies, int, tuple[Knowledge, list[bytes]], int]:
    """Bodies by view and subject; the position; what to read them with; and the moment."""
    moment = asked.moment
    by_itself = now_us() if moment is None else moment.at_us
    at_us = by_itself if at is None else check.check_timestamp("at", at)
    if moment is not None:
        then = services.past.view(store, asked.learner, moment.position)
        return then.rows, moment.position, (then.knowledge, then.events), at_us
    given = services.next_steps.now(store, asked.learner)
    kept = learning_events(services.database, store, asked.learner)
    return given.rows, given.position, (given.knowledge, kept), at_us


def _name(said: Iterable[dict[str, Any]]) -> str | None:
    """What it was called last, in the first of its languages."""
    for one in reversed([*said]):
        for text in (one.get("name") or {}).values():
            if isinstance(text, str) and text:
                return text
    return None
