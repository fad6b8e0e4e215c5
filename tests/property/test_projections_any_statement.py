"""No statement, whatever it holds, makes observe fail or give what cannot be stored or folded."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.fold import fold
from projections.knowledge import Knowledge
from projections.observation import Observation
from projections.observe import observe
from projections.signals import FIELDS, SignalMap
from projections.state import State

STORED_US = 1_790_000_000_000_000
SIGNALS = SignalMap.default()
PLAIN: dict[str, Any] = SIGNALS.plain()

text = st.text(max_size=8) | st.sampled_from(["\0", "x\0y", "", "NaN", "1e999", "-0", "7"])
numbers = (
    st.integers(-5, 120)
    | st.floats()
    | st.sampled_from([10**400, -(10**400), 1e308, True, -0.0, 2**63, 0.5])
)
anything = st.recursive(
    st.none() | numbers | text,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(text, inside, max_size=3),
    max_leaves=6,
)
durations = st.sampled_from(["PT0S", "PT12.34S", "P1Y", "P0.5D", "PT", "P3W", "P999999999W", ""])
moments = st.sampled_from(
    ["2026-01-01T00:00:00Z", "2035-06-01T10:00:00+05:30", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:59.999999999Z", "2016-12-31T23:59:60Z", "2026-01-01T24:00:00Z", "then"]
)  # fmt: skip
extensions = st.dictionaries(
    st.sampled_from([*PLAIN["extensions"], "http://else.example/"]),
    anything | durations | moments,
    max_size=6,
)
scores = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("raw", "min", "max", "scaled"), numbers | anything)
)
results = st.fixed_dictionaries(
    {},
    optional={
        "score": scores | anything,
        "success": st.booleans() | anything,
        "completion": st.booleans() | anything,
        "response": text | anything,
        "duration": durations | anything,
        "extensions": extensions | anything,
    },
)
signal_types = sorted({one for row in PLAIN["signals"] for one in row.get("objects", [])})
types = st.sampled_from(
    [*signal_types, *PLAIN["skill_types"], *PLAIN["course_types"], *PLAIN["group_types"]]
)
activities = st.fixed_dictionaries(
    {"id": text | st.sampled_from(["act:a", "q://a/hint/2", "q://a/answer", "q://a/hint/٣"])},
    optional={
        "objectType": st.sampled_from(["Activity", "Agent", "SubStatement", "StatementRef"]),
        "definition": st.fixed_dictionaries(
            {}, optional={"type": types | anything, "extensions": extensions | anything}
        )
        | anything,
    },
)
agents = st.sampled_from(
    [{"mbox": "mailto:a@example.org"}, {"name": "Who"}, {"account": {"homePage": "h", "name": "n"}},
     {"account": 7}, {"objectType": "Group", "member": [{"mbox": "mailto:a@example.org"}, 3]},
     {"account": {"homePage": "h", "name": "not-trackable-12"}}, {"openid": "http://o.example"}]
)  # fmt: skip
contexts = st.fixed_dictionaries(
    {},
    optional={
        "registration": text | anything,
        "instructor": agents | anything,
        "team": agents | anything,
        "extensions": extensions | anything,
        "contextActivities": st.dictionaries(
            st.sampled_from(["parent", "grouping", "category", "other"]),
            activities | st.lists(activities, max_size=3) | anything,
        )
        | anything,
    },
)
statements = st.fixed_dictionaries(
    {
        "id": st.just("0B0B0B0B-1111-4111-8111-111111111111"),
        "actor": agents | anything,
        "verb": st.fixed_dictionaries(
            {"id": st.sampled_from(sorted({v for row in PLAIN["signals"] for v in row["verbs"]}))}
        )
        | anything,
        "object": activities | anything,
    },
    optional={
        "result": results | anything,
        "context": contexts | anything,
        "timestamp": moments | anything,
    },
)


@settings(max_examples=200, deadline=None)
@given(statements)
def test_every_statement_is_observed_or_unread_with_a_reason(statement: dict[str, Any]) -> None:
    observed = observe(statement, position=7, stored_us=STORED_US, signals=SIGNALS)
    assert bool(observed.observations) != bool(observed.unread)
    if observed.unread:
        assert "\0" not in observed.unread
        assert len(observed.unread) <= 200
    for _, o in observed.observations:
        kept = json.dumps(o.plain(), allow_nan=False)
        assert "\\u0000" not in kept
        assert Observation.of(json.loads(kept)) == o
        assert all(-(2**63) <= one < 2**63 for one in o if isinstance(one, int))
        assert all(one is None or 0 <= one <= 1 for one in (o.score, o.progress, o.confidence))
        assert o.event_us <= STORED_US + 300_000_000
        state = State.new()
        fold(state, [o], Knowledge.default())
        json.dumps(state.plain(), allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FIELDS), anything, st.sampled_from(["result", "context", "object"]))
def test_an_extension_of_any_value_is_read_or_flagged(field: str, value: Any, where: str) -> None:
    key = next(key for key, row in PLAIN["extensions"].items() if row["field"] == field)
    statement: dict[str, Any] = {
        "id": "0b0b0b0b-1111-4111-8111-111111111111",
        "actor": {"mbox": "mailto:a@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": "http://items.example/1", "definition": {"extensions": {}}},
        "result": {"success": True, "extensions": {}},
        "context": {"extensions": {}},
    }
    holder = statement[where]["definition"] if where == "object" else statement[where]
    holder["extensions"][key] = value
    observed = observe(statement, position=0, stored_us=STORED_US, signals=SIGNALS)
    (_, o), *_ = observed.observations
    json.dumps(o.plain(), allow_nan=False)
