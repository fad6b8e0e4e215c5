"""The statements behind a figure, and one statement as it is stored."""

import secrets
import uuid
from contextlib import suppress
from typing import Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import STATEMENT, looked
from lrs.api.services import now_us
from lrs.api.v1.evidence import events
from lrs.console import figures, sight, wording
from lrs.console.browsing import store_named
from lrs.console.json_text import laid_out
from lrs.console.language import _
from lrs.console.learner import done, story
from lrs.console.learner.whom import found, named, themself
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.xapi.parameters import check_timestamp

_PAGE = 50
_LONGEST_KEY = 4_000
_LAST_OFFSET = 10**9
_FIRST_US = -(2**63)


class Told(NamedTuple):
    """A statement in a line: when, who did what, and with which result."""

    id: str
    when: str | None
    who: str
    verb: str
    object: str
    result: str


def listed(console: Console, request: Request, person: Person) -> Response:
    """The newest event first, as the API's `evidence` lists them."""
    services = console.services
    store, learner = found(console, request, person)
    looked(services, store, person, "evidence", learner.id)
    key = request.query_params.get("figure", "")
    if not 0 < len(key) <= _LONGEST_KEY:
        raise InvalidRequest(_("Which figure? Follow the link beside one."))
    after = _offset(request.query_params.get("after", "0"))
    since = request.query_params.get("since") or None
    since_us = _FIRST_US if since is None else check_timestamp("since", since)
    bodies = learning_events(services.database, store, learner.id)
    counted = [
        event.statement_id
        for event in events(bodies)
        if event.event_us >= since_us and event.counts_for(key)
    ]
    names = named(services, store)
    names.learn({key.partition(":")[2]})
    shown = counted[after : after + _PAGE]
    return console.renderer.page(
        "evidence.html",
        person=person,
        store=store.name,
        learner=learner,
        key=key,
        since=since,
        title=figures.title(key, names),
        total=len(counted),
        first=after + 1,
        lines=[_told(console, store, one, names) for one in shown],
        earlier=max(0, after - _PAGE) if after else None,
        later=after + _PAGE if len(counted) > after + _PAGE else None,
    )


def _offset(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:10]) > _LAST_OFFSET:
        raise InvalidRequest(_("`after` is a count of statements."))
    return int(text)


def _told(console: Console, store: Store, statement_id: str, names: Names) -> Told:
    stored = console.services.search.get(store, statement_id)
    if stored is None:
        return Told(statement_id, None, "", _("erased since"), "", "")
    return tell(orjson.loads(stored.document), names)


def tell(value: dict[str, Any], names: Names) -> Told:
    """A statement in words."""
    verb, target = value["verb"], value["object"]
    return Told(
        value["id"],
        value["timestamp"] if "timestamp" in value else value.get("stored"),
        wording.agent_name(value["actor"]),
        names.text(verb.get("display")) or wording.last_part(verb["id"]),
        _object(target, names),
        wording.result(value.get("result", {})),
    )


def _object(target: dict[str, Any], names: Names) -> str:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        name = names.text(target.get("definition", {}).get("name"))
        return name or wording.last_part(target["id"])
    if kind == "StatementRef":
        return _("statement {id}").format(id=target["id"])
    if kind == "SubStatement":
        return _("a statement within")
    return wording.agent_name(target)


def statement(console: Console, request: Request, person: Person) -> Response:
    """One statement as it is stored, voided or not."""
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
        **_questioned(console, request, person, store, value["id"]),
    )


def _questioned(
    console: Console, request: Request, person: Person, store: Store, statement_id: str
) -> dict[str, Any]:
    """Whether the reader may say that this statement is wrong, and whether they have."""
    services = console.services
    if person.role != "learner":
        return {"learner": None, "done": "", "waiting": False}
    own = themself(services, person)
    if own.store.id != store.id:
        return {"learner": None, "done": "", "waiting": False}
    became = done.became(services, own, request)
    told = story.read(services, own, now_us())
    asked = [one for one in told["disputes"] if one["open"] and one["disputed"] == statement_id]
    return {
        "learner": own.learner,
        "own": True,
        "questioned": bool(asked),
        "once": secrets.token_hex(8),
        "faults": {},
        **became,
    }
