"""What a form of a learner's pages did, on the page that is shown after it."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from lrs.api.services import Services
from lrs.console.foreign import phrase
from lrs.console.language import _, mark
from lrs.console.learner.whom import Whom, named
from lrs.console.numbers import number_of
from lrs.console.wording import Texts

_WAIT_SECONDS = 2.0
_LONGEST = 2_000
TOP: Final = "content"
PLACES: Final = frozenset({"next", "goals", "liking", "words", "works", "questions"})

DONE = Texts(
    {
        "help": mark("You asked for help. Your teacher sees it at the top of the list."),
        "talk": mark("You asked to talk. Your teacher sees it at the top of the list."),
        "withdraw": mark("Taken back."),
        "choose": mark("You chose {name}."),
        "skip": mark("Not now, then: {name}. Something else may come in its place."),
        "pick": mark("{name} is on your own list now."),
        "unpick": mark("{name} is off your list."),
        "pin": mark("Pinned: {name} stays among the next steps."),
        "unpin": mark("{name} is no longer pinned."),
        "sure": mark("Noted. It will be compared with how it goes."),
        "goal": mark("Your goal is set."),
        "goal plan": mark("Your plan is set."),
        "revise plan": mark("The plan is changed. Changing a plan is fine."),
        "end plan": mark("The plan is closed."),
        "revise": mark("The goal is changed. Changing a goal is fine."),
        "end": mark("The goal is closed."),
        "share": mark("Shared."),
        "unshare": mark("No longer shared."),
        "declare": mark("Your preference is noted."),
        "interest": mark("Your interest is noted."),
        "reflect": mark("Your words are kept."),
        "work": mark("Your work is shared."),
        "dispute": mark("Noted: it stands beside every figure that uses this statement."),
        "settle": mark("The question is settled."),
    }
)


NOTHING: Final[Mapping[str, Any]] = {
    "done": "", "waiting": False, "landing": TOP, "unfolded": frozenset(),
}  # fmt: skip


def became(services: Services, about: Whom, request: Request) -> dict[str, Any]:
    """done: what the form did, in words. waiting: the page does not have it in it yet. landing:
    where on the page it is told. unfolded: what the form stood in, to be open again.

    Waits for the workers, shortly.
    """
    done = request.query_params.get("done", "")
    told = number_of(request.query_params.get("seen", ""))
    if done not in DONE or told is None:
        return dict(NOTHING)
    skill = request.query_params.get("of", "")[:_LONGEST]
    names = named(services, about.store)
    names.learn([skill] if skill else [])
    name = phrase("“{}”", names(skill)) if skill else _("it")
    text = phrase(DONE[done], name=name)
    position = min(told, services.search.head(about.store).size - 1)
    seen = services.views.wait(about.store, about.id, position, _WAIT_SECONDS)
    at = request.query_params.get("at", TOP)
    return {
        "done": text,
        "waiting": not seen,
        "landing": at if at in PLACES else TOP,
        "unfolded": frozenset(request.query_params.getlist("fold")),
    }
