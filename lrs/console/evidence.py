"""The statements behind a figure."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.api.looking import looked
from lrs.api.services import now_us
from lrs.console import figures
from lrs.console.language import _
from lrs.console.learner import done, story
from lrs.console.learner.allowed import may_write
from lrs.console.learner.whom import Whom, named, whom
from lrs.console.names import Names
from lrs.console.numbers import number_of
from lrs.console.pages import Console
from lrs.console.told import Told, tell
from lrs.errors import InvalidRequest
from lrs.storage.administration.people import Person
from lrs.storage.views.evidence import learning_events
from lrs.xapi.parameters import check_timestamp
from projections.events import KEPT, MASTERY, SECURED, LearningEvent

_PAGE = 50
_LONGEST_KEY = 4_000
_LAST_OFFSET = 10**9
_FIRST_US = -(2**63)
_STATEMENT, _EVENT_US, _FIGURES = map(KEPT.index, ("statement_id", "event_us", "figures"))
_OF_SKILL = {MASTERY: KEPT.index("skills"), SECURED: KEPT.index("secured")}


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
    counted = _counting(learning_events(services.database, store, about.id), key, since_us)
    names = named(services, store)
    names.learn({key.partition(":")[2]})
    told = story.read(services, about, now_us())
    ids = {event[_STATEMENT] for event in counted}
    questions = story.questions(services, about, told, names, of=ids)
    asked = {one.disputed for one in questions}
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
        lines=[
            _line(console, about, LearningEvent.of(one), key, names, asked)
            for one in counted[after : after + _PAGE]
        ],
        earlier=max(0, after - _PAGE) if after else None,
        later=after + _PAGE if len(counted) > after + _PAGE else None,
        after=after,
        questions=questions,
        may=may_write(services, about, person),
        faults={},
        **became,
    )


def _counting(bodies: Sequence[bytes], key: str, since_us: int) -> list[list[Any]]:
    """The events that count for a figure, as they are kept: of thousands, a page needs fifty."""
    name, found, skill = key.partition(":")
    of_skill = _OF_SKILL.get(name) if found else None
    counted = []
    for body in bodies:
        event = orjson.loads(body)
        if event[_EVENT_US] < since_us:
            continue
        if (of_skill is None and key in event[_FIGURES]) or (
            of_skill is not None and name in event[_FIGURES] and skill in event[of_skill]
        ):
            counted.append(event)
    return counted


def _offset(text: str) -> int:
    found = number_of(text, _LAST_OFFSET)
    if found is None:
        raise InvalidRequest(_("`after` is a count of statements."))
    return found


def _line(
    console: Console, about: Whom, event: LearningEvent, key: str, names: Names,
    asked: Collection[str],
) -> Told:  # fmt: skip
    stored = console.services.search.get(about.store, event.statement_id)
    if stored is None:
        return Told(event.statement_id, None, "", _("erased since"), "", "")
    told = tell(orjson.loads(stored.document), names, worded=about.worded)
    return told._replace(notes=_notes(event, key), questioned=event.statement_id in asked)


def _notes(event: LearningEvent, key: str) -> tuple[str, ...]:
    """What the statement alone does not say of how it counted."""
    if key.partition(":")[0] == MASTERY and event.right and event.evidence == 0:
        return (_("with help: counts as not right alone"),)
    return ()
