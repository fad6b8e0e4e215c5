"""/api/v1/learners/{id}/record: everything that is held about a learner, to take away."""

import base64
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from lrs.api.services import Services, now_us
from lrs.api.v1.access import Access, keeps_record, learner_reader, services_of
from lrs.api.v1.story import add_words, goals_of
from lrs.api.v1.views import Asked, reflected
from lrs.console import readable
from lrs.console.language import Reader, reader_of, reading, zone_named
from lrs.console.learner.whom import Whom
from lrs.errors import Forbidden
from lrs.storage.administration.stores import Store
from lrs.storage.personal.record import Document, Record
from lrs.xapi.timestamps import format_us
from projections import reading as views

router = APIRouter(prefix="/api/v1", tags=["personal"])

Reads = Annotated[Access, Depends(learner_reader)]
_PIECE = 64 * 2**10  # bytes that are sent together
_MEDIA = {"json": "application/json", "html": "text/html; charset=utf-8"}
_STORY = (
    "picks", "pins", "interests", "asks", "disputes", "conversations", "reflections", "works",
    "shared", "shared_with",
)  # fmt: skip


@router.get(
    "/learners/{learner_id}/record",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {}, "text/html": {}}}},
)
def record(
    request: Request,
    access: Reads,
    asked: Annotated[Asked, Depends(reflected)],
    kind: Annotated[
        Literal["json", "html"], Query(alias="format", description="html: to read, by itself.")
    ] = "json",
    lang: Annotated[
        Literal["en", "es"] | None, Query(description="Of the page; default: as the browser asks.")
    ] = None,
    zone: Annotated[
        str | None,
        Query(max_length=64, description="Of the page's times, such as Europe/Madrid."),
    ] = None,
) -> StreamingResponse:
    """The whole record: every statement that names the learner, with its position; documents;
    views, goals and story as of now. Nothing in it needs this server to be read."""
    if not keeps_record(request, access, asked.learner):
        raise Forbidden(
            "The whole record is for the learner, their teachers and administrators.",
            code="only_shown",
        )
    services, store = services_of(request), access.store
    whole = _whole(services, store, asked.learner)
    found = Record(services.database, services.framer, store, asked.learner)
    about = Whom(store, services.views.learner(store, asked.learner), own=False)
    reader = _reader(request, lang, zone)
    if kind == "json":
        parts = _json(whole, found)
    else:
        pages = readable.parts(services, about, whole, found, reader)
        parts = (one.encode("utf-8", "replace") for one in pages)
    with reading(reader):
        name = readable.file_name(about.name, whole["made"], kind)
    return StreamingResponse(
        _pieces(parts),
        media_type=_MEDIA[kind],
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": readable.POLICY,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        },
    )


def _reader(request: Request, language: str | None, zone: str | None) -> Reader:
    """As the address asks, else as the console's cookies and the browser do."""
    found = reader_of(request.cookies, request.headers.get("accept-language", ""))
    chosen = language or found.language
    return Reader(chosen, zone_named(zone) if zone else found.zone, (chosen, *found.accepted))


def _whole(services: Services, store: Store, learner: str) -> dict[str, Any]:
    """Everything but documents and statements."""
    known = services.views.learner(store, learner)
    given, at_us = services.next_steps.now(store, learner), now_us()
    rows, knowledge = given.rows, given.knowledge
    story = views.read_story(rows.get("story", {}), at_us, knowledge)
    story["disputed_figures"] = given.disputed
    add_words(services, store, [one for part in _STORY for one in story[part]])
    return {
        "learner": {
            "id": known.id, "name": known.name, "agents": known.agents, "joined": known.joined,
        },
        "store": store.name,
        "made": format_us(at_us),
        "position": given.position,
        "views": {
            "mastery": views.read_mastery(rows.get("mastery", {}), at_us, knowledge),
            "pace": views.read_pace(rows.get("pace", {}), at_us, knowledge),
            "independence": views.read_independence(
                rows.get("independence", {}), at_us, knowledge
            ),
        },
        "goals": goals_of(services, store, rows, at_us, knowledge),
        "story": story,
    }  # fmt: skip


def _json(whole: dict[str, Any], found: Record) -> Iterator[bytes]:
    yield orjson.dumps(whole)[:-1]
    yield b',"documents":['
    for at, document in enumerate(found.documents()):
        yield (b"," if at else b"") + orjson.dumps(_document(document))
    yield b'],"statements":['
    for at, told in enumerate(found.statements()):
        voided = b"true" if told.voided else b"false"
        head = b'{"position":%d,"voided":%s,"statement":' % (told.position, voided)
        yield (b"," if at else b"") + head + told.document + b"}"
    yield b"]}\n"


def _document(one: Document) -> dict[str, Any]:
    """Its body as text where it is one, else in base64."""
    made: dict[str, Any] = {
        "id": one.name, "activity": one.activity, "registration": one.registration,
        "content_type": one.content_type, "updated": format_us(one.updated_us),
    }  # fmt: skip
    try:
        made["text"] = one.body.decode()
    except UnicodeDecodeError:
        made["base64"] = base64.b64encode(one.body).decode()
    return made


def _pieces(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same in fewer, larger pieces."""
    some: list[bytes] = []
    size = 0
    for part in parts:
        some.append(part)
        size += len(part)
        if size >= _PIECE:
            yield b"".join(some)
            some, size = [], 0
    yield b"".join(some)
