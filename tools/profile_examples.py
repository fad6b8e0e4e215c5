"""Writes the examples of docs/profile.md: one statement of each act that people write.

    python tools/profile_examples.py

A test holds the page against the code.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from lrs.storage.personal import acts
from lrs.storage.personal.statements import Whose, statement

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "profile.md"
BEGIN, END = "<!-- examples: tools/profile_examples.py -->", "<!-- end of examples -->"

SCHOOL: Final = "https://school.example"
SKILL: Final = f"{SCHOOL}/skills/fractions"
GOAL: Final = f"{SCHOOL}/goals/amara/fractions-by-may"
PLAN: Final = f"{SCHOOL}/plans/amara/spring"
LEARNER: Final = {"objectType": "Agent", "mbox": "mailto:amara@school.example"}
FRIEND: Final = {"objectType": "Agent", "mbox": "mailto:ben@school.example"}
_SERVER: Final = "https://lrs.school.example"
TEACHER: Final = {"objectType": "Agent", "account": {"homePage": _SERVER, "name": "user-3"}}
COLLEAGUE: Final = {"objectType": "Agent", "account": {"homePage": _SERVER, "name": "user-4"}}
_DAY_US: Final = 86_400_000_000
_MAY_US: Final = 1_809_129_600_000_000  # 2027-05-01
_ID: Final = "8f6cbb8e-0d3c-4b56-9c5e-3d5f1c2a7b{:02d}"
EARLIER: Final = "5b0c3f60-7a52-4a46-9a4b-0a7a4b1e9c11"

OWN: Final = Whose(LEARNER, LEARNER, own=True)
TAUGHT: Final = Whose(TEACHER, LEARNER, own=False)
_AIMS: Final[dict[str, Any]] = {"skills": (SKILL,), "due_us": _MAY_US}

EXAMPLES: Final[tuple[tuple[str, acts.Act, Whose], ...]] = (
    ("A goal that the learner sets",
     acts.SetGoal("Fractions by May", **_AIMS, why="For the summer course", goal=GOAL), OWN),
    ("A goal that a teacher sets for them",
     acts.SetGoal("Fractions by May", **_AIMS, goal=GOAL), TAUGHT),
    ("It is changed", acts.ReviseGoal(GOAL, due_us=_MAY_US + 30 * _DAY_US), OWN),
    ("It is kept (or dropped: `abandoned`)", acts.EndGoal(GOAL, acts.KEPT), OWN),
    ("A plan", acts.SetPlan("My spring", **_AIMS, start_us=_MAY_US - 90 * _DAY_US, plan=PLAN), OWN),
    ("It is changed by a teacher", acts.RevisePlan(PLAN, skills=(SKILL,)), TAUGHT),
    ("A preference", acts.Declare(f"{SCHOOL}/preferences/ways", "an example", "How I start"), OWN),
    ("An interest, from −1 to 1", acts.Interest(f"{SCHOOL}/topics/football", 0.8, "Football"), OWN),
    ("How sure the learner is, before answering",
     acts.RateConfidence(f"{SCHOOL}/questions/17", 0.7), OWN),
    ("A reflection", acts.Reflect("I hurry at the end.", SKILL, "pace"), OWN),
    ("A skill on one's own list", acts.Pick(SKILL), OWN),
    ("Off it again", acts.Unpick(SKILL), OWN),
    ("Help is asked of a person", acts.AskHelp(SKILL, "I lose track at step two."), OWN),
    ("\"I'd like to talk\", about nothing in particular", acts.AskTalk(), OWN),
    ("A wish is taken back", acts.WithdrawAsk(EARLIER), OWN),
    ("A teacher has seen to a wish", acts.AnswerAsk(EARLIER, "We sat down at noon."), TAUGHT),
    ("A conversation", acts.Converse(
        voices=(acts.Voice("pace", acts.LEARNER, "It was too fast."),
                acts.Voice("pace", acts.TEACHER, "You finished two plans.")),
        agreements=(
            acts.Agreement("Two tasks a day", SKILL, due_us=_MAY_US, id="a1"),
            acts.Agreement("We look at them together", who=acts.BOTH, id="a2"),
        ),
        goal="A calmer week", about=PLAN, next_us=_MAY_US + 7 * _DAY_US, began=acts.LEARNER,
    ), TAUGHT),
    ("What became of something agreed", acts.AgreementDone(EARLIER, "a1"), OWN),
    ("A next step that a teacher holds fast", acts.Pin(SKILL, "Before Friday"), TAUGHT),
    ("And lets go of", acts.Unpin(SKILL), TAUGHT),
    ("The learner says that a statement is wrong",
     acts.Dispute(EARLIER, "My brother did that one."), OWN),
    ("What came of it (`withdrawn` by the learner, `corrected` or `upheld` by a teacher)",
     acts.SettleDispute(EARLIER, acts.CORRECTED, "Voided."), TAUGHT),
    ("A plan is shared with another learner", acts.SharePlan(PLAN, learner=EARLIER),
     Whose(LEARNER, LEARNER, own=True, beside=(FRIEND,))),
    ("A teacher shares a learner's plan with a colleague", acts.SharePlan(PLAN, colleague="tom"),
     Whose(TEACHER, LEARNER, own=False, colleague=COLLEAGUE)),
    ("It is shared no longer", acts.UnsharePlan(PLAN, learner=EARLIER),
     Whose(LEARNER, LEARNER, own=True, beside=(FRIEND,))),
    ("Something the learner made for others, and who used it", acts.ShareWork(
        "How I halve", "Fold the paper first.", f"{SCHOOL}/wiki/halving", (SKILL,), (EARLIER,),
        f"{SCHOOL}/works/amara/halving",
    ), Whose(LEARNER, LEARNER, own=True, beside=(FRIEND,))),
    ("Suggestions that were shown", acts.Offer(
        (SKILL, f"{SCHOOL}/skills/decimals"), {"policy": 1, "position": 41},
    ), OWN),
    ("What became of them", acts.Choose(acts.TAKEN, SKILL, EARLIER), OWN),
)  # fmt: skip


def example(number: int) -> dict[str, Any]:
    """The statement of an example, always with the same id."""
    _, act, whose = EXAMPLES[number]
    return statement(act, whose, statement_id=_ID.format(number))


def section() -> str:
    """The examples as they stand in the page."""
    made = [BEGIN, ""]
    for number, (title, act, _) in enumerate(EXAMPLES):
        text = json.dumps(example(number), indent=2, ensure_ascii=False)
        made += [f"**{title}** (`{type(act).__name__}`)", "", "```json", text, "```", ""]
    return "\n".join([*made, END])


def page() -> str:
    """The page with the examples as they are now."""
    text = PAGE.read_text("utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return pattern.sub(lambda _: section(), text)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
