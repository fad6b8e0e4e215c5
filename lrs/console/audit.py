"""/audit: who did what, for administrators; the same as a file."""

import csv
import io
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from lrs.console.acts import VERBS, lines, meant, verb_token
from lrs.console.language import _
from lrs.console.numbers import number_of
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import Forbidden, InvalidRequest
from lrs.storage.administration.people import Person, account_of
from lrs.storage.audit.audit import Act
from lrs.storage.audit.entries import Wanted, acts
from lrs.xapi.timestamps import parse_us

_PAGE = 50
_MOST_ROWS = 100_000
_LONGEST = 200
_DAY_US = 24 * 60 * 60 * 1_000_000
_FIELDS = ("by", "verb", "about", "since", "until")
_COLUMNS = ("at", "by", "name", "verb", "kind", "about", "store", "details", "position")


def listed(console: Console, request: Request, person: Person) -> Response:
    """A page of acts, the newest first, with a form that chooses among them."""
    _check(person)
    services, given = console.services, _given(request)
    before = _before(request.query_params.get("before", ""))
    fault, found = "", list[dict[str, Any]]()
    try:
        wanted = _wanted(console, given)
    except InvalidRequest as error:
        fault = error.message
    else:
        found = acts(
            services.database, services.framer, services.stores, wanted,
            before=before, limit=_PAGE + 1,
        )  # fmt: skip
    shown = found[:_PAGE]
    return console.renderer.page(
        "audit.html",
        400 if fault else 200,
        person=person,
        lines=lines(services, shown),
        verbs=[*VERBS.values()],
        given=given,
        asked={name: text for name, text in given.items() if text},
        fault=fault,
        wrong=_wrong(given) if fault else "",
        first=before is None,
        next=shown[-1]["position"] if len(found) > _PAGE else None,
    )


def as_csv(console: Console, request: Request, person: Person) -> Response:
    """The same acts as a file, up to a hundred thousand; taking it stands in the audit too."""
    _check(person)
    services = console.services
    wanted, names = _wanted(console, _given(request)), _names(console)
    found = acts(services.database, services.framer, services.stores, wanted, limit=_MOST_ROWS)
    act = Act(account_of(person), "exported", "table", "audit", None, {"rows": len(found)})
    with services.database.write() as connection:
        services.audit.record(connection, act)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in found:
        row = {**one, "name": names.get(one["by"], ""), "details": _details(one)}
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    headers = {**HEADERS, "content-disposition": 'attachment; filename="audit.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


def _check(person: Person) -> None:
    if person.role != "administrator":
        raise Forbidden(_("The audit is for administrators."))


def _given(request: Request) -> dict[str, str]:
    asked = request.query_params
    return {name: asked.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in _FIELDS}


def _wanted(console: Console, given: dict[str, str]) -> Wanted:
    """Raises InvalidRequest. A person is chosen by name or account, a thing by name or as
    kind/which."""
    by = console.services.people.account(given["by"]) if given["by"] else None
    things = meant(console.services, given["about"]) if given["about"] else []
    kind, about = things[0] if things else (None, None)
    until_us = _day(given["until"])
    return Wanted(
        by, verb_token(given["verb"]) or None, kind, about,
        _day(given["since"]), None if until_us is None else until_us + _DAY_US,
        tuple(things[1:]),
    )  # fmt: skip


def _wrong(given: dict[str, str]) -> str:
    """The field that a fault is about."""
    for name in ("since", "until"):
        try:
            _day(given[name])
        except InvalidRequest:
            return name
    return "about"


def _day(text: str) -> int | None:
    """The beginning of a day, in UTC."""
    if not text:
        return None
    try:
        return parse_us(f"{text}T00:00:00Z")
    except (ValueError, OverflowError) as error:
        raise InvalidRequest(_("A day is written as in 2026-11-23.")) from error


def _before(text: str) -> int | None:
    if not text:
        return None
    found = number_of(text)
    if found is None:
        raise InvalidRequest(_("Follow the links between the pages."))
    return found


def _names(console: Console) -> dict[str, str]:
    """Who the accounts of people are today: the audit itself names nobody."""
    return {account_of(one): one.name for one in console.services.people.list()}


def _details(act: dict[str, Any]) -> str:
    return orjson.dumps(act["details"]).decode() if act["details"] else ""


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
