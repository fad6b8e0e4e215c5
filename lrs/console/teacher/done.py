"""What a form of a group's pages did, on the page that is shown after it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from starlette.requests import Request

from lrs.api.class_readings import Member
from lrs.api.services import Services
from lrs.console.foreign import phrase
from lrs.console.language import mark
from lrs.console.names import Names
from lrs.console.numbers import number_of
from lrs.console.teacher import reasons, whose
from lrs.console.teacher.whose import Whose
from lrs.console.wording import Texts
from projections import story as s

_WAIT_SECONDS = 2.0
_LONGEST = 2_000
DONE: Final = Texts(
    {
        "answer": mark("{name}: {about}. Noted: you have seen to it."),
        "pin": mark("Pinned for {name}: {about}. It stays among the learner's next steps."),
        "unpin": mark("No longer pinned for {name}: {about}."),
        "shared": mark("Shared: they may look from now on."),
        "ended": mark("No longer shared."),
    }
)
_OF_GROUP: Final = frozenset({"shared", "ended"})
SHARING: Final = "sharing"


class Did(NamedTuple):
    """what: one of DONE, or empty. whom: id of the learner it is about. skill: of a pin; ask: id of
    the statement that was answered. waiting: the page does not have it in it yet."""

    what: str = ""
    whom: str = ""
    skill: str = ""
    ask: str = ""
    waiting: bool = False


def did(services: Services, about: Whose, request: Request) -> Did:
    """As the address says. Waits for the workers, shortly."""
    asked = request.query_params
    what, whom, seen = (
        asked.get("done", ""),
        asked.get("whom", ""),
        number_of(asked.get("seen", "")),
    )
    if what not in DONE or seen is None:
        return Did()
    if what in _OF_GROUP:
        return Did(what)
    if whom not in services.groups.members(about.store, about.group):
        return Did()
    position = min(seen, services.search.head(about.store).size - 1)
    come = services.views.wait(about.store, whom, position, _WAIT_SECONDS)
    return Did(what, whom, asked.get("of", "")[:_LONGEST], asked.get("ask", ""), not come)


def told(one: Did, members: Iterable[Member], names: Names, cards: Iterable[str]) -> dict[str, Any]:
    """done: in words. landing: where on the page it is told: on the card of a learner, by their id,
    at a section, or, empty, on top. cards: ids of the learners who have one."""
    found = next((member for member in members if member.id == one.whom), None)
    if one.what in _OF_GROUP:
        return {"done": DONE[one.what], "waiting": False, "landing": SHARING}
    if not one.what or found is None:
        return {"done": "", "waiting": False, "landing": ""}
    about = _asked(found, one.ask, names) if one.what == "answer" else ""
    if one.skill:
        names.learn([one.skill])
        about = phrase("“{}”", names(one.skill))
    return {
        "done": phrase(DONE[one.what], name=whose.name_of(found), about=about or "–"),
        "waiting": one.waiting,
        "landing": one.whom if one.whom in cards else "",
    }


def _asked(member: Member, ask: str, names: Names) -> str:
    """What was asked for, in words; wishes stay in a learner's story when they are answered."""
    story: Mapping[str, Any] = member.rows.of("story").get("") or {}
    for one in story.get(s.ASKS, ()):
        if one[s.A_STATEMENT] == ask:
            names.learn([one[s.A_ABOUT]] if one[s.A_ABOUT] else [])
            return reasons.wish(one[s.A_WHAT], one[s.A_ABOUT], names)
    return ""
