"""/groups/{store}/{id}/live: server-sent events that move the grid while the class works.

Each event names learners by the tokens of the grid and gives their cells as the page shows them:
`{"rows": {row: {column: [class, text, small text, the small in words, what else is to be said]}},
"names": {row: name}, "asked": {row: open wishes}}`. The first event tells of everybody.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lrs.api.class_readings import Member, questioned
from lrs.api.services import Services, now_us
from lrs.console.language import _, reading
from lrs.console.pages import Console, Endpoint, endpoint, reader_for
from lrs.console.rendering import HEADERS
from lrs.console.teacher import cells, whose
from lrs.console.teacher.ticker import Folds, Listener, Tickers
from lrs.errors import InvalidRequest, LrsError, Unavailable
from lrs.storage.administration.people import Person
from projections import story as s

HEARTBEAT_SECONDS = 10.0
LONGEST_SECONDS = 600.0  # a browser joins again by itself; nothing is open for ever
_RETRY = b"retry: 3000\n\n"
_HEARTBEAT = b": still here\n\n"
_AGAIN_SECONDS = 1.0  # until the database is asked again


def live(console: Console) -> Endpoint:
    """The endpoint; its listeners are of this process."""
    tickers = Tickers(console.services)

    async def run(request: Request) -> Response:
        found: list[tuple[Person, whose.Whose]] = []
        first = endpoint(console, partial(_checked, found=found))
        refused = await first(request)
        if not found:
            return refused
        person, about = found[0]
        members, known = await console.services.reading(_members, console.services, about)
        try:
            listener = tickers.join(about.store, person.id, members, known)
        except LrsError as error:
            return await endpoint(console, partial(_raise, error=error))(request)
        stream = _events(console, request, tickers, about, listener)
        headers = {**HEADERS, "x-accel-buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    return run


def _checked(
    console: Console, request: Request, person: Person,
    found: list[tuple[Person, whose.Whose]],
) -> Response:  # fmt: skip
    about = whose.whose(console, request, person, "live")
    if "text/event-stream" not in request.headers.get("accept", ""):
        raise InvalidRequest(_("This address is for the script of the grid."))
    found.append((person, about))
    return Response(status_code=204)


def _raise(_console: Console, _request: Request, _person: Person, *, error: LrsError) -> Response:
    raise error


def _members(services: Services, about: whose.Whose) -> tuple[frozenset[str], Folds]:
    """Who is in the group, and marks of their views."""
    found = services.groups.members(about.store, about.group)
    found = found if about.seen is None else found & about.seen
    return found, services.classes.folds(about.store, found)


async def _events(
    console: Console, request: Request, tickers: Tickers, about: whose.Whose, listener: Listener
) -> AsyncIterator[bytes]:
    """Changes as they come, a heartbeat while there are none; ends with the right to see them."""
    services, loop = console.services, asyncio.get_running_loop()
    recheck = services.settings.recheck_seconds
    pause = min(HEARTBEAT_SECONDS, recheck)
    began = checked = loop.time()
    show = request.query_params.get("show", "n")
    try:
        yield _RETRY
        while loop.time() - began < LONGEST_SECONDS:
            try:
                await asyncio.wait_for(listener.woken.wait(), pause)
            except TimeoutError:
                yield _HEARTBEAT
            try:
                if loop.time() - checked >= recheck or listener.changed:
                    known = listener.learners
                    if not await services.reading(_may_still, services, request, about, known):
                        yield b"event: over\ndata: {}\n\n"
                        return
                    checked = loop.time()
                told = await _taken(services, request, about, listener, show)
                if told:
                    yield b"event: changed\ndata: %b\n\n" % told
            except Unavailable:  # the database, for a while: told later, to whom may still see it
                await asyncio.sleep(_AGAIN_SECONDS)
    finally:
        tickers.leave(about.store, listener)


async def _taken(
    services: Services, request: Request, about: whose.Whose, listener: Listener, show: str
) -> bytes:
    """What changed, empty for nothing; still to be told if the database is not there. Raises
    Unavailable."""
    changed = listener.take()
    if not changed:
        return b""
    try:
        return await services.reading(_told, services, request, about, changed, show)
    except Unavailable:
        listener.changed |= changed
        listener.woken.set()
        raise


def _may_still(
    services: Services, request: Request, about: whose.Whose, learners: frozenset[str]
) -> bool:
    """Whether the session and the group are still theirs, and these learners for them to see.
    Raises Unavailable while nobody can know."""
    person = services.sessions.person(request.cookies)
    if person is None:
        return False
    try:
        return whose.still(services, person, about, learners)
    except Unavailable:
        raise
    except LrsError:
        return False


def _told(
    services: Services, request: Request, about: whose.Whose, changed: set[str], show: str
) -> bytes:
    """What the cells of these learners say now."""
    known = services.views.learners(about.store, only=changed, limit=len(changed)).items
    rows = services.classes.rows(about.store, [one.id for one in known], ("mastery", "story"))
    at_us = now_us()
    made: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    asked: dict[str, int] = {}
    with reading(reader_for(request)):
        looks = cells.Looks(show if show in cells.SHOWN else "n", at_us)
        members = [Member(one, rows.learners[one.id], at_us) for one in known]
        noted = questioned(services, about.store, members)
        for member in members:
            learner, keys = member.learner, noted.get(member.id, ())
            token = cells.row_token(learner.id)
            names[token] = whose.name_of(member)
            told = member.rows.of("story").get("", {})
            asked[token] = len([1 for one in told.get(s.ASKS, ()) if one[s.A_ENDED_US] is None])
            made[token] = {
                cells.column_token(cell.skill): [*looks.shown(cell, keys)]
                for cell in member.cells()
            }
    return orjson.dumps({"rows": made, "names": names, "asked": asked})
