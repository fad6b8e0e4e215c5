"""/statements/{store}/{id}: one statement as it is stored, and what is said of it."""

import secrets
import uuid
from contextlib import suppress
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import STATEMENT, looked
from lrs.api.services import Services, now_us
from lrs.console import sight, wording
from lrs.console.browsing import store_named
from lrs.console.evidence import tell
from lrs.console.json_text import laid_out
from lrs.console.language import _
from lrs.console.learner import done, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.whom import Whom, named
from lrs.console.pages import Console
from lrs.errors import NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.xapi.references import identity


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
    return console.renderer.page(
        "statement.html",
        person=person,
        store=store.name,
        told=tell(value, named(services, store)),
        stored=value["stored"],
        position=stored.position,
        voided=stored.voided,
        text=laid_out(stored.document.decode()),
        authority=wording.agent_name(value.get("authority", {})),
        **_questioned(services, request, person, store, value),
    )


def _questioned(
    services: Services, request: Request, person: Person, store: Store, value: dict[str, Any]
) -> dict[str, Any]:
    """What the learner says of it, and what this person may say."""
    about = _about(services, store, person, value)
    if about is None:
        return {"learner": None, "own": False, "disputes": [], "done": "", "waiting": False}
    became = done.became(services, about, request)
    disputes = story.disputes(services, about, now_us())
    return {
        "learner": about.learner,
        "who": about.name,
        "own": about.own,
        "disputes": [one for one in disputes if one["disputed"] == value["id"]],
        "may": may_write(services, about, person),
        "once": secrets.token_hex(8),
        "faults": {},
        **became,
    }


def _about(services: Services, store: Store, person: Person, value: dict[str, Any]) -> Whom | None:
    """The learner that it is about, of those that this person may see; themself first."""
    seen, found = services.groups.visible(store, person), []
    for one in (value["actor"], value["object"]):
        name = identity(one) if isinstance(one, dict) else None
        learner = None if name is None else services.views.find(store, name)
        if learner is not None and (seen is None or learner in seen):
            own = services.personal.is_own(store, person, learner)
            found.append(Whom(store, services.views.learner(store, learner), own))
    return next((one for one in found if one.own), found[0] if found else None)
