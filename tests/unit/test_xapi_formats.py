"""The forms in which statements are given out."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.xapi.definitions import merged
from lrs.xapi.formats import accept_language, canonical, ids_only
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from strategies import definitions, statements

ANN = {"objectType": "Agent", "mbox": "mailto:ann@example.org", "name": "Ann"}
ANN_ID = {"objectType": "Agent", "mbox": "mailto:ann@example.org"}
TEAM = {"objectType": "Group", "name": "Team", "member": [ANN, {**ANN, "name": "A."}]}
TEAM_ID = {"objectType": "Group", "member": [ANN_ID, ANN_ID]}
CLASS = {**TEAM, "openid": "https://example.org/class"}
CLASS_ID = {"objectType": "Group", "openid": "https://example.org/class"}
VERB = {"id": "act:did", "display": {"en": "did", "fr": "fit"}}
COURSE = {
    "objectType": "Activity",
    "id": "act:course",
    "definition": {
        "name": {"en": "Course", "fr": "Cours"},
        "description": {"fr": "Un cours"},
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"en": "A", "fr": "à"}}, {"id": "b"}],
        "extensions": {"act:e": {"en": 1, "fr": 2}},
    },
}
COURSE_ID = {"id": "act:course"}
CORE: dict[str, Any] = {
    "actor": TEAM,
    "verb": VERB,
    "object": COURSE,
    "context": {
        "instructor": CLASS,
        "team": TEAM,
        "contextActivities": {"parent": COURSE, "other": [COURSE]},
        "contextAgents": [{"objectType": "contextAgent", "agent": ANN, "relevantTypes": ["act:t"]}],
        "contextGroups": [{"objectType": "contextGroup", "group": CLASS}],
        "platform": "LMS",
    },
    "result": {"response": "x"},
}
STATEMENT = {**CORE, "id": "1", "authority": ANN, "version": "2.0.0", "stored": "s"}
CORE_IDS = {
    "actor": TEAM_ID,
    "verb": {"id": "act:did"},
    "object": COURSE_ID,
    "context": {
        "instructor": CLASS_ID,
        "team": TEAM_ID,
        "contextActivities": {"parent": [COURSE_ID], "other": [COURSE_ID]},
        "contextAgents": [
            {"objectType": "contextAgent", "agent": ANN_ID, "relevantTypes": ["act:t"]}
        ],
        "contextGroups": [{"objectType": "contextGroup", "group": CLASS_ID}],
        "platform": "LMS",
    },
    "result": {"response": "x"},
}


def test_ids_keep_only_what_identifies() -> None:
    before = copy.deepcopy(STATEMENT)
    expected = {**STATEMENT, **CORE_IDS, "authority": ANN_ID}
    assert ids_only(STATEMENT) == expected
    assert before == STATEMENT


def test_ids_reach_into_a_substatement() -> None:
    value = {**STATEMENT, "object": {"objectType": "SubStatement", **CORE}}
    assert ids_only(value)["object"] == {"objectType": "SubStatement", **CORE_IDS}


def test_ids_of_agents_and_references_as_objects() -> None:
    reference = {"objectType": "StatementRef", "id": "2"}
    assert ids_only({**STATEMENT, "object": reference})["object"] == reference
    assert ids_only({**STATEMENT, "object": ANN})["object"] == ANN_ID
    assert ids_only({**STATEMENT, "object": TEAM})["object"] == TEAM_ID


def none(_id: str) -> None:
    return None


def test_canonical_has_one_language_in_each_map_and_agents_as_sent() -> None:
    found = canonical(STATEMENT, none, none, ["en"])
    course = {
        **COURSE,
        "definition": {
            **COURSE["definition"],  # type: ignore[dict-item]
            "name": {"en": "Course"},
            "description": {"fr": "Un cours"},
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
        },
    }
    assert found["verb"] == {"id": "act:did", "display": {"en": "did"}}
    assert found["object"] == course
    assert found["context"]["contextActivities"] == {"parent": [course], "other": [course]}
    assert found["actor"] == TEAM
    assert found["context"]["instructor"] == CLASS


def test_canonical_takes_what_the_lrs_holds() -> None:
    held = {"act:course": {"name": {"de": "Kurs", "en": "The course"}, "type": "act:t"}}
    shown = {"act:did": {"de": "tat"}}
    value = {**STATEMENT, "object": {"objectType": "SubStatement", **CORE}}
    found = canonical(value, held.get, shown.get, ["de"])
    assert found["verb"]["display"] == {"de": "tat"}
    assert found["object"]["object"]["definition"] == {"name": {"de": "Kurs"}, "type": "act:t"}
    assert found["object"]["verb"]["display"] == {"de": "tat"}


def test_canonical_leaves_what_nobody_describes() -> None:
    value = {"actor": ANN, "verb": {"id": "act:x"}, "object": {"id": "act:y"}}
    assert canonical(value, none, none, ["en"]) == value


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        ("", []),
        ("en", ["en"]),
        ("fr;q=0.5, en", ["en", "fr"]),
        ("da, en-gb;q=0.8, en;q=0.7", ["da", "en-gb", "en"]),
        ("en, fr, de;q=0.9", ["en", "fr", "de"]),
        ("en ; Q=0.3 , fr ;q=0.4", ["fr", "en"]),
        ("*;q=0.1, en", ["en", "*"]),
        ("en;q=0, fr", ["fr", "*", "en"]),
        ("en;q=x, fr;q=2, de", ["de", "*", "en", "fr"]),
        ("en_US,,;;q=1, é", []),
        ("en;level=1;q=0.2, fr;q=0.3", ["fr", "en"]),
    ],
)
def test_accept_language_is_ordered_by_quality(header: str, ranges: list[str]) -> None:
    assert accept_language(header) == ranges


def test_a_refused_language_is_taken_last() -> None:
    ranges = accept_language("en;q=0")
    found = canonical(STATEMENT, none, none, ranges)
    assert found["verb"]["display"] == {"fr": "fit"}
    assert found["object"]["definition"]["description"] == {"fr": "Un cours"}


def test_definitions_are_joined_in_their_languages_and_components() -> None:
    first = {
        "name": {"en": "Quiz"},
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
        "extensions": {"act:e": 1},
    }
    second = {
        "name": {"fr": "Questions"},
        "interactionType": "choice",
        "choices": [{"id": "c"}, {"id": "a", "description": {"fr": "à"}}],
        "extensions": {"act:f": 2},
    }
    assert merged([first, second]) == {
        "name": {"en": "Quiz", "fr": "Questions"},
        "interactionType": "choice",
        "choices": [{"id": "c"}, {"id": "a", "description": {"en": "A", "fr": "à"}}],
        "extensions": {"act:e": 1, "act:f": 2},
    }


def test_another_interaction_type_takes_the_old_components_away() -> None:
    choice = {"interactionType": "choice", "choices": [{"id": "a"}], "type": "act:t"}
    said = [choice, {"interactionType": "numeric", "correctResponsesPattern": ["4"]}]
    assert merged(said) == {"type": "act:t", **said[1]}
    assert merged([*said, {"name": {"en": "N"}}])["interactionType"] == "numeric"


@settings(max_examples=60, deadline=None)
@given(st.lists(definitions(), min_size=1, max_size=4))
def test_what_valid_definitions_say_together_is_valid(said: list[dict[str, Any]]) -> None:
    value = {"actor": ANN, "verb": VERB, "object": {"id": "act:a", "definition": merged(said)}}
    read(json.dumps(value).encode(), Version.V1, received_us=0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_form_of_a_statement_is_itself_valid(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(Version))
    value = data.draw(statements(version))
    languages = data.draw(st.lists(st.sampled_from(["en", "fr", "de-CH", "*"])))
    for form in (ids_only(value), canonical(value, none, none, languages)):
        read(json.dumps(form).encode(), version, received_us=0)
