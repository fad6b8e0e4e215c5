"""The statements behind a figure."""

import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.api.services import now_us
from lrs.api.v1.evidence import events
from lrs.console import figures, wording
from lrs.console.language import _
from lrs.console.learner import done, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.whom import named, whom
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.errors import InvalidRequest
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.xapi.parameters import check_timestamp

_PAGE = 50
_LONGEST_KEY = 4_000
_LAST_OFFSET = 10**9
_FIRST_US = -(2**63)


class Told(NamedTuple):
    """A statement in a line: when, who did what, and with which result. questioned: the learner
    says that it is wrong, and nobody has settled it."""

    id: str
    when: str | None
    who: str
    verb: str
    object: str
    result: str
    questioned: bool = False


def listed(console: Console, request: Request, person: Person) -> Response:
    """The newest event first, as the API's `evidence` lists them."""
    services, about = console.services, whom(console, request, person)
    store = about.store
    looked(services, store, person, "evidence", about.id)
    became = done.became(services, about, request)
    key = request.query_params.get("figure", "")
    if not 0 < len(key) <= _LONGEST_KEY:
        raise InvalidRequest(_("Which figure? Follow the link beside one."))
    after = _offset(request.query_params.get("after", "0"))
    since = request.query_params.get("since") or None
    since_us = _FIRST_US if since is None else check_timestamp("since", since)
    counted = [
        event.statement_id
        for event in events(learning_events(services.database, store, about.id))
        if event.event_us >= since_us and event.counts_for(key)
    ]
    names = named(services, store)
    names.learn({key.partition(":")[2]})
    shown = counted[after : after + _PAGE]
    disputes = story.disputes(services, about, now_us())
    among = [one for one in disputes if one["disputed"] in set(counted)]
    asked = {one["disputed"] for one in among}
    return console.renderer.page(
        "evidence.html",
        person=person,
        store=store.name,
        learner=about.learner,
        who=about.name,
        own=about.own,
        key=key,
        since=since,
        title=figures.title(key, names),
        total=len(counted),
        first=after + 1,
        lines=[_told(console, store, one, names, asked) for one in shown],
        earlier=max(0, after - _PAGE) if after else None,
        later=after + _PAGE if len(counted) > after + _PAGE else None,
        after=after,
        disputes=among,
        may=may_write(services, about, person),
        once=secrets.token_hex(8),
        faults={},
        **became,
    )


def _offset(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:10]) > _LAST_OFFSET:
        raise InvalidRequest(_("`after` is a count of statements."))
    return int(text)


def _told(
    console: Console, store: Store, statement_id: str, names: Names, asked: Collection[str]
) -> Told:
    stored = console.services.search.get(store, statement_id)
    if stored is None:
        return Told(statement_id, None, "", _("erased since"), "", "")
    told = tell(orjson.loads(stored.document), names)
    return told._replace(questioned=statement_id in asked)


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
