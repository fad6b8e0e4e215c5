"""/groups/{store}/{group}/settings: a group's name, its learners, and who teaches it."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.looking import GROUP, looked
from lrs.api.services import Services
from lrs.console import reasons, wording
from lrs.console.admin import allowed, wrong
from lrs.console.browsing import progress_of
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _, mark
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.console.teacher import whose
from lrs.console.teacher.whose import Whose
from lrs.console.wording import Texts
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.storage.administration.people import Person, account_of
from lrs.storage.views.reading import Learner

_PAGE = 200  # learners
_MOST_LINES = 1_000  # as over the API
_LONGEST_LINE = 4_000
_LONGEST_NAME = 200
_DONE = Texts(
    {
        "created": mark("The group is made. Now put learners in it, and say who teaches it."),
        "renamed": mark("The group has another name."),
        "added": mark("They are in the group; a moment later they are in the list."),
        "removed": mark("They are no longer in the group. Nothing that was told of them is lost."),
        "appointed": mark("They teach the group, and see its learners from now on."),
        "relieved": mark("They no longer teach the group."),
    }
)
Faults = dict[str, str]


class Fault(NamedTuple):
    """A line of the field of learners that names nobody. number: from 1."""

    number: int
    text: str
    wrong: str


class AddedError(Exception):
    """Some lines name nobody."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def shown(console: Console, request: Request, person: Person) -> Response:
    about = _about(console, request, person)
    looked(console.services, about.store, person, "settings", str(about.group.id), GROUP)
    done = _DONE.get(request.query_params.get("done", ""), "")
    after = request.query_params.get("after") or None
    return rendered(console, person, about, done=done, after=after)


def said(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Do what a form of the page says, and show the page again; or say what is wrong, line by
    line, with what was typed."""
    about = _about(console, request, person)
    work = _WORK.get(given.get("act", ""))
    if work is None:
        raise InvalidRequest(_("The form cannot be read."))
    try:
        done = work(console.services, about, person, given)
    except AddedError as error:
        return rendered(console, person, about, given=given, lines=error.faults)
    except InvalidRequest as error:
        faults = {_FIELDS[given["act"]]: reasons.message(error.message)}
        return rendered(console, person, about, given=given, faults=faults)
    address = console.renderer.url(
        "groups", about.store.name, str(about.group.id), "settings", done=done
    )
    return RedirectResponse(f"{address}#{TOLD}", 303, headers=HEADERS)


def rendered(
    console: Console, person: Person, about: Whose, *, done: str = "", after: str | None = None,
    given: Fields | None = None, faults: Faults | None = None, lines: list[Fault] | None = None,
) -> Response:  # fmt: skip
    services = console.services
    members = services.groups.members(about.store, about.group)
    page = services.views.learners(about.store, after=after, limit=_PAGE, only=members)
    teach = services.groups.teachers(about.store, about.group)
    known = services.people.list()
    return console.renderer.page(
        "admin_group.html",
        422 if faults or lines else 200,
        person=person,
        store=about.store.name,
        group=about.group,
        learners=[(one.id, whose.called(one), _identifier(one)) for one in page.items],
        learners_n=len(members) if after or page.next else len(page.items),
        after=after,
        next=page.next,
        progress=progress_of(services, about.store),
        teachers=[one for one in known if one.name in teach],
        others=sorted(
            (one for one in known if _may_teach(one) and one.name not in teach),
            key=lambda one: one.name.casefold(),
        ),
        shares=len(services.groups.shares.of_group(about.store, about.group)),
        done=done,
        given=given or {},
        faults=faults or {},
        lines=lines or [],
    )


def _may_teach(one: Person) -> bool:
    return one.role == "teacher" and not one.disabled


def _identifier(one: Learner) -> str:
    return wording.agent_identifier(one.agents[0]) if one.agents else ""


def _about(console: Console, request: Request, person: Person) -> Whose:
    allowed.check(person)
    asked = request.path_params
    return whose.found(console.services, person, asked["store"], asked["group"])


def _rename(services: Services, about: Whose, by: Person, given: Fields) -> str:
    also = allowed.of_group(services, by, "renamed", about.store)
    name, author = given.get("name", ""), allowed.author(services, by)
    try:
        services.groups.rename(about.store, about.group, name.strip(), by=author, also=also)
    except (Conflict, InvalidRequest) as error:
        raise InvalidRequest(wrong.name_of_group(error)) from error
    return "renamed"


def _add(services: Services, about: Whose, by: Person, given: Fields) -> str:
    """Raises AddedError, and then adds nobody."""
    named = _lines(given.get("learners", ""))
    if not named:
        raise InvalidRequest(_("Write at least one learner, each on a line of their own."))
    if len(named) > _MOST_LINES:
        raise InvalidRequest(_("At most a thousand at once."))
    faults = []
    for number, text in named:
        try:
            if len(text) > _LONGEST_LINE:
                raise InvalidRequest(_("This is too long."))
            services.groups.check(about.store, text)
        except (InvalidRequest, NotFound) as error:
            faults.append(Fault(number, text[:100], wrong.learner(text, error)))
    if faults:
        raise AddedError(faults)
    also = allowed.of_group(services, by, "added-members", about.store, {"named": len(named)})
    services.groups.add(
        about.store, about.group, [text for _number, text in named],
        by=allowed.author(services, by), also=also,
    )  # fmt: skip
    return "added"


def _lines(text: str) -> list[tuple[int, str]]:
    """What stands on each line, with its number; empty ones are left out."""
    found = enumerate((one.strip() for one in text.split("\n")), 1)
    return [(number, one) for number, one in found if one]


def _take_out(services: Services, about: Whose, by: Person, given: Fields) -> str:
    also = allowed.of_group(services, by, "removed-members", about.store, {"named": 1})
    whom, author = given.get("learner", ""), allowed.author(services, by)
    try:
        services.groups.take_out(about.store, about.group, [whom], by=author, also=also)
    except (InvalidRequest, NotFound) as error:
        raise InvalidRequest(wrong.learner(whom, error)) from error
    return "removed"


def _teach(services: Services, about: Whose, by: Person, given: Fields, *, teaches: bool) -> str:
    name = given.get("teacher", "")
    if not name:
        raise InvalidRequest(_("Choose a teacher."))
    try:
        whom = services.people.get(name[:_LONGEST_NAME].replace("\0", "\ufffd"))
    except NotFound as error:
        raise InvalidRequest(_("Nobody signs in with this name.")) from error
    verb = "appointed" if teaches else "relieved"
    also = allowed.of_group(services, by, verb, about.store, {"teacher": account_of(whom)})
    if teaches and not _may_teach(whom):
        raise InvalidRequest(
            _("Only somebody with the role teacher, who may sign in, can teach a group.")
        )
    services.groups.teach(
        about.store, about.group, whom, teaches=teaches,
        by=allowed.author(services, by), also=also,
    )  # fmt: skip
    return verb


def _appoint(services: Services, about: Whose, by: Person, given: Fields) -> str:
    return _teach(services, about, by, given, teaches=True)


def _relieve(services: Services, about: Whose, by: Person, given: Fields) -> str:
    return _teach(services, about, by, given, teaches=False)


_WORK: dict[str, Callable[[Services, Whose, Person, Fields], str]] = {
    "rename": _rename, "add": _add, "remove": _take_out, "appoint": _appoint,
    "relieve": _relieve,
}  # fmt: skip
_FIELDS = {
    "rename": "name", "add": "learners", "remove": "out", "appoint": "teacher",
    "relieve": "relieved",
}  # fmt: skip
