"""What changed of a learner's skills lately, and by which answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.console import wording
from lrs.console.language import _
from lrs.storage.views.reading import ViewRows
from projections.mastery import S_FIRST_SECURE_US, S_LAST_UNAIDED, S_SECURE_US, S_TRAIL

_SHOWN = 5


class Change(NamedTuple):
    """A skill that was practised lately. was: its status before the last answer, where that
    answer made it secure, else empty. way: 1 up, -1 down, 0 as it was."""

    name: str
    status: str
    was: str
    way: int
    told: str
    why: str
    last: str
    key: str
    n: int


class Last(NamedTuple):
    """What is kept of a skill's last answer. unaided: whether the last one without help was right
    (1) or not (-1). slipping: the skill had been secure before it, and no longer was."""

    unaided: int = 0
    slipping: bool = False


_NOTHING = Last()


def changes(
    reading: Mapping[str, Any], names: Callable[[str], str], kept: Mapping[str, Last]
) -> list[Change]:
    """Those practised last, the latest first. kept: by skill."""
    met = [one for one in reading["skills"] if one["last"] and one["p"]["value"] is not None]
    latest = sorted(met, key=lambda one: (one["last"], one["skill"]), reverse=True)
    return [_change(one, names, kept.get(one["skill"], _NOTHING)) for one in latest[:_SHOWN]]


def kept_of(rows: ViewRows) -> dict[str, Last]:
    """As `changes` asks for it. rows: of the mastery view."""
    limit = rows.knowledge.settings.slipping
    return {skill: _last(body["record"], limit) for skill, body in rows.rows if skill}


def _last(record: Any, limit: float) -> Last:
    """limit: below it, a skill that has been secure is slipping."""
    before = record[S_TRAIL][-2] / 1000 if len(record[S_TRAIL]) > 1 else 1.0
    again = record[S_FIRST_SECURE_US] != record[S_SECURE_US]
    return Last(record[S_LAST_UNAIDED], again and before < limit)


def _change(one: Mapping[str, Any], names: Callable[[str], str], kept: Last) -> Change:
    moved = one["change"]["value"]
    whole = 0 if moved is None else round(moved * 100)
    if moved is None:
        told = _("met for the first time")
    elif whole == 0:
        told = _("as before")
    else:
        told = _("{points} since the answer before").format(points=wording.points(moved))
    return Change(
        names(one["skill"]), one["status"], _was(one, kept), (whole > 0) - (whole < 0), told,
        _why(moved or 0.0, kept.unaided), one["last"], one["p"]["figure"], one["p"]["n"],
    )  # fmt: skip


def _was(one: Mapping[str, Any], kept: Last) -> str:
    """After the answer before, of a skill that became secure with its last one."""
    if one["status"] != "secure" or one["secure_since"] != one["last"]:
        return ""
    return "slipping" if kept.slipping else "learning"


def _why(moved: float, unaided: int) -> str:
    """What is known of the last answer; nothing, where it was with help."""
    if unaided > 0 and moved >= 0:
        return _("the last answer was right, without help")
    if unaided < 0 and moved <= 0:
        return _("the last answer was not right")
    return ""
