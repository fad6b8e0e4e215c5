"""/statements/{store}/{id}: one statement as it is stored, and what is said of it."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import STATEMENT, looked
from lrs.api.services import Services, now_us
from lrs.console import figures, sight, wording
from lrs.console.browsing import store_named
from lrs.console.json_text import laid_out
from lrs.console.language import _
from lrs.console.learner import done, settled, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.whom import Whom, looking, named
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.console.told import tell
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store

_LONGEST_KEY = 4_000
_MOST_MEMBERS = 50  # of a group, who may ask about what it did


def shown(console: Console, request: Request, person: Person) -> Response:
    """Voided or not."""
    services = console.services
    store = store_named(services, request.path_params["store"])
    text = request.path_params["statement"]
    stored = None
    with suppress(ValueError):
        stored = services.search.get(store, str(uuid.UUID(text)))
    if stored is None:
        raise NotFound(_("This store has no statement with this id."))
    value = orjson.loads(stored.document)
    sight.check_statement(services, store, person, value["actor"], value["object"])
    looked(services, store, person, "statement", value["id"], STATEMENT)
    found = _learners(services, store, person, value)
    worded = _worded(services, person, found, value)
    names, key = named(services, store), request.query_params.get("figure", "")[:_LONGEST_KEY]
    names.learn({key.partition(":")[2]} - {""})
    return console.renderer.page(
        "statement.html",
        person=person,
        store=store.name,
        key=key,
        figure=figures.title(key, names) if key else "",
        told=tell(value, names, worded=worded),
        stored=value["stored"],
        position=stored.position,
        voided=stored.voided,
        text=laid_out(stored.document.decode()) if worded else "",
        authority=wording.agent_name(value.get("authority", {})),
        **_questioned(services, request, person, found, value, names),
    )


def _questioned(
    services: Services, request: Request, person: Person, found: Sequence[Whom],
    value: dict[str, Any], names: Names,
) -> dict[str, Any]:  # fmt: skip
    """What the learner says of it, and what this person may say."""
    about = next((one for one in found if one.own), found[0] if found else None)
    if about is None:
        return {"learner": None, "own": False, "questions": [], "closed": [], **done.NOTHING}
    became = done.became(services, about, request)
    told = story.read(services, about, now_us())
    asked = story.questions(services, about, told, names, closed=True, of={value["id"]})
    return {
        "learner": about.learner,
        "who": about.name,
        "own": about.own,
        "questions": [one for one in asked if one.open],
        "closed": settled.told(services, about, [one for one in asked if not one.open]),
        "may": may_write(services, about, person),
        "faults": {},
        **became,
    }


def _learners(
    services: Services, store: Store, person: Person, value: dict[str, Any]
) -> list[Whom]:
    """The learners that it is about, of those that this person may see."""
    seen, found = services.groups.visible(store, person), []
    for name in sight.identities(value["actor"], value["object"])[:_MOST_MEMBERS]:
        learner = services.views.find(store, name)
        if learner is not None and (seen is None or learner in seen):
            found.append(looking(services, store, services.views.learner(store, learner), person))
    return found


def _worded(
    services: Services, person: Person, found: Sequence[Whom], value: dict[str, Any]
) -> bool:
    """Whether the statement as it is stored is for them: it can hold what somebody wrote, and of a
    group the addresses of members whom they may not see."""
    if services.groups.stores(person) is None or any(one.own for one in found):
        return True
    members = sight.identities(*(value["actor"].get("member", ())))
    return len(found) >= max(1, len(members)) and all(one.worded for one in found)
