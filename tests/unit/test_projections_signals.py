"""The signal map: complete, validated, extended per store."""

from typing import Any

import pytest

from projections.signals import SignalMap, SignalMapError


def test_the_map_survives_its_plain_form() -> None:
    default = SignalMap.default()
    assert SignalMap.of(default.plain()).plain() == default.plain()
    assert default.version == 3


def test_verb_and_object_type_match_together_before_the_verb_alone() -> None:
    mapped = SignalMap.of(
        {
            "version": 1,
            "signals": [
                {"verbs": ["v:did"], "kind": "view"},
                {"verbs": ["v:did"], "objects": ["t:question"], "kind": "answer"},
                {"verbs": ["v:only"], "objects": ["t:question"], "kind": "hint"},
            ],
        }
    )
    found = mapped.find("v:did", "t:question"), mapped.find("v:did", "t:else")
    assert [signal.kind for signal in found if signal] == ["answer", "view"]
    assert mapped.find("v:only", None) is None
    assert mapped.find("v:unknown", "t:question") is None


def test_a_store_adds_rows_and_its_own_win() -> None:
    mine = SignalMap.default().merge(
        {
            "version": 7,
            "signals": [{"verbs": ["http://adlnet.gov/expapi/verbs/experienced"], "kind": "start"}],
            "extensions": {"x:percent": {"field": "progress", "scale": 100}},
            "skill_types": ["t:skill"],
        }
    )
    found = mine.find("http://adlnet.gov/expapi/verbs/experienced", None)
    assert found
    assert found.kind == "start"
    assert mine.version == 7
    assert mine.extensions["x:percent"].scale == 100.0
    assert "t:skill" in mine.skill_types
    assert "http://adlnet.gov/expapi/activities/objective" in mine.skill_types
    again = SignalMap.default().find("http://adlnet.gov/expapi/verbs/experienced", None)
    assert again
    assert again.kind == "view"


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        ([], "/"),
        ({"version": 0}, "/version"),
        ({"version": True}, "/version"),
        ({"version": 1, "more": 1}, "/more"),
        ({"version": 1, "signals": {}}, "/signals"),
        ({"version": 1, "signals": [{"verbs": ["v"], "kind": "dance"}]}, "/signals/0/kind"),
        ({"version": 1, "signals": [{"verbs": [], "kind": "view"}]}, "/signals/0/verbs"),
        ({"version": 1, "signals": [{"kind": "view"}]}, "/signals/0/verbs"),
        ({"version": 1, "signals": [{"verbs": [""], "kind": "view"}]}, "/signals/0/verbs/0"),
        ({"version": 1, "signals": [{"verbs": ["v"], "kind": "view", "x": 1}]}, "/signals/0/x"),
        ({"version": 1, "extensions": {"e": {"field": "mood"}}}, "/extensions/e/field"),
        ({"version": 1, "extensions": {"e": {"field": "goal", "scale": 0}}}, "/extensions/e/scale"),
        ({"version": 1, "skill_types": [3]}, "/skill_types/0"),
        ({"version": 1, "not_learners": {"agents": [{}]}}, "/not_learners/agents/0"),
    ],
)
def test_a_map_that_cannot_be_used_names_the_fault(plain: Any, path: str) -> None:
    with pytest.raises(SignalMapError) as raised:
        SignalMap.of(plain)
    assert raised.value.path == path
