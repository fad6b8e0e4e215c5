"""What is written on the sheet: read from a form, checked, and kept when something is wrong."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lrs.console.conversation import words
from lrs.console.forms import Fields
from lrs.console.language import _

PROMPTS: Final = ("mastery", "pace", "independence")
VOICES: Final = ("learner", "teacher")
AGREEMENTS: Final = 5
LONGEST: Final = 2_000  # characters of a voice
LONGEST_LINE: Final = 300  # of an agreement or a goal
WHO: Final = (*VOICES, "both")  # sees to an agreement


@dataclass(frozen=True, slots=True)
class Agreed:
    """One line of what was agreed. about: the IRI of a skill or goal, or empty. by: a day or None.
    who: one of WHO."""

    text: str
    about: str = ""
    who: str = "learner"
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was filled in, checked.

    talk: the id of the statement it becomes. voices: what was said, by prompt and voice, without
    what is empty. outcomes: what became of earlier agreements, by their id. began: whose idea the
    talk was. next: when they meet again.
    """

    talk: str
    voices: Mapping[tuple[str, str], str]
    goal: str
    goal_skill: str
    goal_due: date | None
    agreed: tuple[Agreed, ...]
    outcomes: Mapping[str, str]
    began: str
    next: date | None

    @property
    def empty(self) -> bool:
        return not (self.voices or self.goal or self.agreed or self.outcomes or self.next)


@dataclass(slots=True)
class Filled:
    """The fields of a form as they came, and what is wrong with which."""

    values: dict[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def text(self, name: str, longest: int) -> str:
        found = self[name].replace("\r\n", "\n").replace("\0", "").strip()
        if len(found) > longest:
            self.wrong[name] = _("At most %(n)s characters; these are %(m)s.") % {
                "n": longest, "m": len(found),
            }  # fmt: skip
        return found

    def day(self, name: str) -> date | None:
        text = self[name].strip()
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            self.wrong[name] = _("Write the day as year-month-day, such as 2026-05-31.")
            return None
        if not 2000 <= found.year <= 2200:
            self.wrong[name] = _("Is the year right?")
        return found

    def coming(self, name: str, today: date) -> date | None:
        """A day that is not over yet: the sheet is about what will be done."""
        found = self.day(name)
        if found is not None and found < today:
            self.wrong.setdefault(name, _("That day is over: choose today or a later one."))
        return found

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, by the field it is in, in the order of the page; with the part of the
        page where the same could be said of several."""
        found = sorted(self.wrong, key=lambda name: _PLACES.get(name, -1))
        return [(name, _told(words.place(name), self.wrong[name])) for name in found]


_FIELDS: Final = (
    *(f"{voice}-{prompt}" for prompt in PROMPTS for voice in VOICES),
    "goal", "goal-skill", "goal-due",
    *(f"{name}-{at}" for at in range(1, AGREEMENTS + 1) for name in ("agreed", "about", "by")),
    "next",
)  # fmt: skip
_PLACES: Final = {name: at for at, name in enumerate(_FIELDS)}


def _told(place: str, text: str) -> str:
    return f"{place}: {text}" if place else text


def blank() -> Filled:
    """An empty sheet, with the id of the talk that it may become."""
    return Filled({"talk": str(uuid.uuid4())})


def read(given: Fields, today: date) -> tuple[Filled, Sheet | None]:
    """The form's fields, and the sheet if nothing is wrong with them. today: where they are."""
    filled = Filled(dict(given))
    voices = _voices(filled)
    goal = filled.text("goal", LONGEST_LINE)
    due, following = filled.coming("goal-due", today), filled.coming("next", today)
    sheet = Sheet(
        _talk(filled), voices, goal, filled["goal-skill"], due, _agreed(filled, today),
        _outcomes(filled), "learner" if filled["began"] == "learner" else "teacher", following,
    )  # fmt: skip
    if (due or sheet.goal_skill) and not goal:
        filled.wrong.setdefault("goal", _("Say what the goal is, or clear its skill and day."))
    if not filled.wrong and sheet.empty:
        filled.wrong[_FIELDS[0]] = _("Nothing is written yet. Write in at least one field.")
    return filled, None if filled.wrong else sheet


def _talk(filled: Filled) -> str:
    try:
        return str(uuid.UUID(filled["talk"]))
    except ValueError:
        made = str(uuid.uuid4())
        filled.values["talk"] = made
        return made


def _voices(filled: Filled) -> dict[tuple[str, str], str]:
    found = {
        (prompt, voice): filled.text(f"{voice}-{prompt}", LONGEST)
        for prompt in PROMPTS
        for voice in VOICES
    }
    return {key: text for key, text in found.items() if text}


def _agreed(filled: Filled, today: date) -> tuple[Agreed, ...]:
    made = []
    for at in range(1, AGREEMENTS + 1):
        text = filled.text(f"agreed-{at}", LONGEST_LINE)
        by, about = filled.coming(f"by-{at}", today), filled[f"about-{at}"]
        if text:
            who = filled[f"who-{at}"]
            made.append(Agreed(text, about, who if who in WHO else "learner", by))
        elif by or about:
            filled.wrong.setdefault(
                f"agreed-{at}", _("Say what was agreed, or clear what it is about and the day.")
            )
    return tuple(made)


def _outcomes(filled: Filled) -> dict[str, str]:
    """Of each agreement of last time; those still open need not be told again."""
    return {
        name.removeprefix("outcome-"): text
        for name, text in filled.values.items()
        if name.startswith("outcome-") and text in ("done", "dropped")
    }
