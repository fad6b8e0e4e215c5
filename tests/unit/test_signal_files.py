"""Signal maps that people edit: read strictly, each fault with its path."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lrs.errors import InvalidFile
from lrs.storage.views.signal_files import made_of, read_signals
from projections.signal_schema import schema
from projections.signals import Extension, Signal, SignalMap

WAVED = "https://lms.example/verbs/waved"
ROW = {"verbs": [WAVED], "kind": "help_asked"}


def test_what_is_shown_can_be_adopted_again() -> None:
    plain = SignalMap.default().plain()
    assert made_of(plain).plain() == plain


def test_a_map_adds_to_the_one_built_in_if_it_says_so() -> None:
    added = made_of({"extends": "built-in", "signals": [ROW]})
    assert added.find(WAVED, None) == Signal("help_asked")
    answered = "http://adlnet.gov/expapi/verbs/answered"
    assert added.find(answered, None) is not None
    assert made_of({"signals": [ROW]}).find(answered, None) is None


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ([], ""),
        ({"extends": "nothing"}, "/extends"),
        ({"verbs": []}, "/verbs"),
        ({"signals": [{**ROW, "kind": "dance"}]}, "/signals/0/kind"),
        ({"signals": [{**ROW, "verbs": ["waved"]}]}, "/signals/0/verbs/0"),
        ({"signals": [ROW, {**ROW, "objects": ["question"]}]}, "/signals/1/objects/0"),
        ({"extensions": {"https://x.example/a": {"field": "mood"}}},
         "/extensions/https://x.example/a/field"),
        ({"extensions": {"mood": {"field": "confidence"}}}, "/extensions/mood"),
        ({"skill_types": ["skill"]}, "/skill_types/0"),
        ({"not_learners": {"agents": "robot"}}, "/not_learners/agents"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_path(value: Any, path: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_signals(json.dumps(value).encode())
    assert caught.value.faults[0].path == path


def test_the_schema_names_what_the_map_knows() -> None:
    members = schema()["properties"]
    assert set(members) == {*SignalMap.default().plain(), "extends"}
    row = members["signals"]["items"]["properties"]
    assert set(row) == {"verbs", "objects", *Signal._fields}
    extension = members["extensions"]["additionalProperties"]["properties"]
    assert set(extension) == set(Extension._fields)


_names = some.sampled_from([
    "version", "signals", "extensions", "not_learners", "skill_types", "verbs", "objects", "kind",
    "field", "scale", "agents", "name_prefixes", "suffix", "success", "goal", "extends",
])  # fmt: skip
_values = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=5),
                some.sampled_from(["answer", "attempt", "*", WAVED, "built-in"])),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(_names, inner, max_size=5)
    ),
    max_leaves=15,
)  # fmt: skip


@given(_values)
def test_any_json_is_a_map_or_a_refusal(value: Any) -> None:
    try:
        found = made_of(value)
    except InvalidFile:
        return
    assert SignalMap.of(found.plain()).plain() == found.plain()


@given(some.binary(max_size=200))
def test_any_bytes_are_a_map_or_a_refusal(raw: bytes) -> None:
    with contextlib.suppress(InvalidFile):
        read_signals(raw)
