"""What a form of a group's pages did, on the page that is shown after it."""

from typing import Any

from starlette.requests import Request

from lrs.api.services import Services
from lrs.console.language import mark
from lrs.console.teacher.whose import Whose
from lrs.console.wording import Texts

_WAIT_SECONDS = 2.0
_DIGITS = 17
DONE = Texts(
    {
        "answer": mark("Noted: you have seen to it."),
        "pin": mark("Pinned: it stays among the learner's next steps."),
        "unpin": mark("No longer pinned."),
        "shared": mark("Shared: they may look from now on."),
        "ended": mark("No longer shared."),
    }
)


def became(services: Services, about: Whose, request: Request) -> dict[str, Any]:
    """done: what the form did, in words. waiting: the page does not have it in it yet. Waits for
    the workers, shortly."""
    asked = request.query_params
    what, seen, whom = asked.get("done", ""), asked.get("seen", ""), asked.get("whom", "")
    if what not in DONE or not seen.isascii() or not seen.isdigit() or len(seen) > _DIGITS:
        return {"done": "", "waiting": False}
    if whom not in services.groups.members(about.store, about.group):
        return {"done": DONE[what], "waiting": False}
    position = min(int(seen), services.search.head(about.store).size - 1)
    come = services.views.wait(about.store, whom, position, _WAIT_SECONDS)
    return {"done": DONE[what], "waiting": not come}
