"""Each act is a valid statement that says what it means; the profile's page has all of them."""

import dataclasses
import json
import re
from typing import Any

import pytest

from lrs.errors import InvalidAct
from lrs.storage.personal import acts
from lrs.storage.personal.checks import check
from lrs.storage.personal.statements import Whose, statement
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Agreed, Observation
from projections.observe import observe
from projections.signals import SignalMap
from projections.state import State
from tools.profile_examples import (
    EARLIER,
    EXAMPLES,
    FRIEND,
    GOAL,
    LEARNER,
    OWN,
    PAGE,
    PLAN,
    SKILL,
    TAUGHT,
    example,
    page,
)

SIGNALS = SignalMap.default()
AT_US = 1_800_000_000_000_000
MAY_US = 1_809_129_600_000_000
NUMBERS = range(len(EXAMPLES))

# what each example says: the kind of observation, and what the story holds of it
SAYS: list[tuple[str, dict[str, Any], str | None]] = [
    ("goal", {"goal": GOAL, "goal_state": "set", "initiative": "self", "objectives": (SKILL,)},
     None),
    ("goal", {"goal": GOAL, "initiative": "assigned", "told_by": "other", "item": GOAL}, None),
    ("goal", {"goal": GOAL, "goal_state": "revised"}, None),
    ("goal", {"goal": GOAL, "goal_state": "kept"}, None),
    ("plan", {"goal": PLAN, "goal_state": "set"}, None),
    ("goal", {"goal": PLAN, "goal_state": "revised", "told_by": "other"}, None),
    ("preference", {"value": "an example"}, None),
    ("interest", {"value": 0.8}, "interests"),
    ("confidence", {"confidence": 0.7}, "confidence"),
    ("reflection", {"item": SKILL}, "reflections"),
    ("pick", {"item": SKILL, "goal_state": "set"}, "picks"),
    ("pick", {"item": SKILL, "goal_state": "dropped"}, None),
    ("help_asked", {"item": SKILL}, "asks"),
    ("talk_asked", {}, "asks"),
    ("ask_ended", {"refers": EARLIER}, None),
    ("ask_ended", {"refers": EARLIER, "told_by": "other"}, None),
    ("conversation", {
        "initiative": "self", "item": PLAN,
        "agreed": (Agreed("a1", SKILL, "learner", MAY_US), Agreed("a2", who="both")),
    }, "conversations"),
    ("agreement", {"agreement": "a1", "outcome": "done", "refers": EARLIER}, None),
    ("pin", {"item": SKILL, "told_by": "other"}, "pins"),
    ("pin", {"item": SKILL, "goal_state": "dropped"}, None),
    ("dispute", {"refers": EARLIER}, "disputes"),
    ("settlement", {"refers": EARLIER, "outcome": "corrected"}, None),
    ("share", {"item": PLAN, "goal": PLAN}, "shared"),
    ("share", {"item": PLAN, "told_by": "other"}, "shared"),
    ("share", {"goal_state": "dropped"}, None),
    ("work", {"objectives": (SKILL,)}, "works"),
    ("offer", {"offered": (SKILL, "https://school.example/skills/decimals")}, "offers"),
    ("choice", {"choice": "taken", "item": SKILL, "refers": EARLIER}, None),
]  # fmt: skip


def observed(value: dict[str, Any]) -> list[tuple[Any, Observation]]:
    found = observe(value, position=3, stored_us=AT_US, signals=SIGNALS)
    assert found.unread is None, found.unread
    return list(found.observations)


def test_every_act_has_an_example() -> None:
    assert {type(act) for _, act, _ in EXAMPLES} == set(acts.ALL)
    assert len(SAYS) == len(EXAMPLES)


@pytest.mark.parametrize("version", [Version.V1, Version.V2])
@pytest.mark.parametrize("number", NUMBERS)
def test_an_example_is_valid(number: int, version: Version) -> None:
    check(EXAMPLES[number][1])
    read(json.dumps([example(number)]).encode(), version, received_us=AT_US)


@pytest.mark.parametrize("number", NUMBERS)
def test_an_act_says_what_it_means(number: int) -> None:
    kind, fields, part = SAYS[number]
    agent, told = observed(example(number))[0]
    assert {key: value for key, value in agent.items() if key != "objectType"} == {
        "mbox": LEARNER["mbox"]
    }
    assert told.kind == kind
    assert {name: getattr(told, name) for name in fields} == fields
    again = Observation.of(json.loads(json.dumps(told.plain())))
    assert again == told
    state = State.new()
    (event,) = fold(state, [told], Knowledge.default())
    holding = {name for name, value in state.story.items() if value}
    assert holding == (set() if part is None else {part})
    assert event.figures or kind in {"settlement", "agreement"}


def test_no_words_are_in_the_story() -> None:
    """What people wrote stays in the log."""
    state = State.new()
    for number in NUMBERS:
        _, told = observed(example(number))[0]
        moved = told._replace(event_us=AT_US + number, position=number)
        fold(state, [moved], Knowledge.default())
    kept = json.dumps(state.story)
    for words in ("hurry", "step two", "calmer", "too fast", "Two tasks", "brother", "Fold the"):
        assert words in "".join(json.dumps(example(number)) for number in NUMBERS)
        assert words not in kept


def test_a_shared_plan_is_told_of_both() -> None:
    number = next(at for at, one in enumerate(EXAMPLES) if isinstance(one[1], acts.SharePlan))
    (_, one), (friend, other) = observed(example(number))
    assert friend == FRIEND
    assert (one.kind, other.kind) == ("share", "shared_with")
    assert one.others
    assert other.others
    assert one.others != other.others


@pytest.mark.parametrize("made", [one for one in acts.ALL if one not in acts.LEARNERS_ONLY])
def test_a_teachers_statement_is_about_the_learner_and_never_makes_the_teacher_one(
    made: type[acts.Act],
) -> None:
    act = next(one for _, one, _ in EXAMPLES if type(one) is made)
    for agent, _ in observed(statement(act, TAUGHT)):
        assert agent["mbox"] == LEARNER["mbox"]


HOSTILE = ["\0", "\ud800", "x" * 4_001, 7, None, ["x"], {"a": 1}]


@pytest.mark.parametrize("made", acts.ALL)
def test_what_is_not_allowed_is_refused_with_its_field(made: type[acts.Act]) -> None:
    act = next(one for _, one, _ in EXAMPLES if type(one) is made)
    for field in dataclasses.fields(act):  # type: ignore[arg-type]
        for wrong in HOSTILE:
            if wrong is None and "None" in str(field.type):
                continue
            if wrong == {"a": 1} and field.name == "basis":
                continue
            if wrong == 7 and (field.name.endswith("_us") or made is acts.Declare):
                continue
            with pytest.raises(InvalidAct) as refused:
                check(dataclasses.replace(act, **{field.name: wrong}))  # type: ignore[type-var]
            name = field.name.removesuffix("_us")
            assert refused.value.faults[0].path.startswith(f"/{name}")


def test_markup_and_odd_scripts_are_words_like_any_other() -> None:
    words = "<script>alert(1)</script> \u202e مرحبا 𝒳 ' \" & {{7*7}} \r\n"
    act = acts.Reflect(words)
    check(act)
    assert statement(act, OWN)["result"]["response"] == words


def test_what_is_sent_with_it_stays_apart() -> None:
    own = statement(acts.Pin(SKILL), Whose(LEARNER, LEARNER, own=True))
    assert "context" not in own
    assert "result" not in own


def test_the_page_has_the_examples_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tools/profile_examples.py"


def test_every_statement_of_the_page_is_valid() -> None:
    found = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(found) > len(EXAMPLES)
    for text in found:
        read(f"[{text}]".encode(), Version.V1, received_us=AT_US)
