"""/groups/{store}/{id}: whom to sit down with and about what, then the skills of everybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import ALL, Class, questioned
from lrs.api.services import Services
from lrs.console.forms import Fields
from lrs.console.pages import Console
from lrs.console.teacher import cells, disputes, done, lookers, reasons, whose
from lrs.console.teacher.choice import SORTS, Choice, choice_of
from lrs.console.teacher.grid import grid, known
from lrs.console.teacher.whose import Whose
from lrs.storage.administration.people import Person
from projections.attention import ASKED, Reason

_BEGIN = 6


def shown(
    console: Console, request: Request, person: Person, *, given: Fields | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; given, faults: of a form on it that was not taken."""
    services = console.services
    about = whose.whose(console, request, person, "group")
    did = done.did(services, about, request)
    whole = whose.read(services, about, *ALL)
    names = whose.names_for(services, about.store)
    everybody = known(whole)
    found = {one.member.id: one.reasons for one in everybody}
    names.learn(reasons.named_in(found) | {skill for one in everybody for skill in one.cells})
    asked = choice_of(request)
    people = reasons.people(
        _of_kind(found, asked.kind),
        names,
        {one.member.id: one.name for one in everybody},
        _words(services, about, found),
        {one.member.id: one.pins for one in everybody},
        asked.all,
    )
    noted = questioned(services, about.store, whole.members)
    landed = done.told(did, whole.members, names, {one.id for one in people})
    return console.renderer.page(
        "teacher_group.html",
        422 if faults else 200,
        person=person,
        given=given or Fields([]),
        faults=faults or {},
        **_lookers(services, about, person, whole),
        people=people,
        first=_first(people, asked),
        **disputes.of_group(services, about, whole.members, names),
        kinds=reasons.counts(found),
        asked={
            cells.row_token(learner): n
            for learner, some in found.items()
            if (n := len([one for one in some if one.kind == ASKED]))
        },
        choice=asked,
        sorts=SORTS,
        shows=cells.SHOWN,
        **grid(about, whole, everybody, names, asked, noted),
        **whose.shared(console.services, about, whole, "group"),
        **landed,
    )  # fmt: skip


def _first(people: Sequence[reasons.Person], asked: Choice) -> int:
    """How many are shown at once: whom to begin with, in a minute."""
    return len(people) if asked.kind else _BEGIN


def _lookers(services: Services, about: Whose, person: Person, whole: Class) -> dict[str, Any]:
    """Who else may look, for its teachers; for whoever only looks, by whom it is shared."""
    if about.writes:
        shares, choices = lookers.of_group(services, about, whole.members)
        return {"shares": shares, "choices": choices, "shared_by": []}
    given_by = lookers.with_person(services, about.store, person).get(about.group.id, [])
    return {"shares": [], "choices": [], "shared_by": given_by}


def _of_kind(found: Mapping[str, Sequence[Reason]], kind: str) -> dict[str, list[Reason]]:
    return {
        learner: [one for one in some if not kind or one.kind == kind]
        for learner, some in found.items()
    }


def _words(
    services: Services, about: Whose, found: Mapping[str, Sequence[Reason]]
) -> dict[int, str]:
    """What the learners wrote with their wishes: for their teachers."""
    for_them = {one: some for one, some in found.items() if about.words_of(one)}
    said = services.personal.texts(about.store, reasons.positions(for_them))
    return {at: one.text or "" for at, one in said.items() if one is not None}
