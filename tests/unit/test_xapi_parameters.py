"""Parameters are held to the same standards as statements, and named when at fault."""

from collections.abc import Callable
from typing import Any

import pytest

from lrs.errors import InvalidRequest
from lrs.xapi.parameters import (
    check_agent,
    check_boolean,
    check_iri,
    check_limit,
    check_timestamp,
    check_uuid,
)

UUID = "12345678-1234-5678-1234-56781234567A"


def test_agents_and_identified_groups_are_taken() -> None:
    agent = check_agent("agent", '{"mbox":"mailto:a@b"}')
    assert agent == {"mbox": "mailto:a@b"}
    group = '{"objectType":"Group","openid":"act:x","member":[{"mbox":"mailto:a@b"}]}'
    assert check_agent("agent", group)["objectType"] == "Group"


@pytest.mark.parametrize(
    "text",
    ["", "ann", "{", "[]", "null", "{}", '{"name":"Ann"}', '{"mbox":"a@b"}',
     '{"mbox":"mailto:a@b","mbox":"mailto:a@b"}', '{"mbox":"mailto:a@b","extra":1}',
     '{"objectType":"Group","member":[{"mbox":"mailto:a@b"}]}', '{"mbox":"mailto:\\u0000@b"}',
     "[" * 10_000, '{"mbox":"mailto:a@b\ud800"}'],
)  # fmt: skip
def test_what_is_no_agent_is_refused_by_the_parameters_name(text: str) -> None:
    with pytest.raises(InvalidRequest, match="parameter agent") as caught:
        check_agent("agent", text)
    assert caught.value.code == "invalid_parameter"


@pytest.mark.parametrize(
    ("check", "text", "value"),
    [
        (check_iri, "act:x", "act:x"),
        (check_uuid, UUID, UUID.lower()),
        (check_timestamp, "1970-01-01T00:00:01Z", 1_000_000),
        (check_timestamp, "1970-01-01T01:00:00+01:00", 0),
        (check_boolean, "true", True),
        (check_boolean, "false", False),
        (check_limit, "0", 0),
        (check_limit, "500", 500),
    ],
)
def test_parameters_are_read(check: Callable[[str, str], Any], text: str, value: Any) -> None:
    assert check("x", text) == value


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (check_iri, ""),
        (check_iri, "verb"),
        (check_uuid, ""),
        (check_uuid, UUID[1:]),
        (check_timestamp, ""),
        (check_timestamp, "yesterday"),
        (check_timestamp, "2026-11-23T09:30:00-00:00"),
        (check_boolean, "True"),
        (check_boolean, "1"),
        (check_boolean, ""),
        (check_limit, "-1"),
        (check_limit, "1.0"),
        (check_limit, "٣"),
        (check_limit, ""),
        (check_limit, "9" * 5000),
    ],
)
def test_bad_parameters_are_named(check: Callable[[str, str], Any], text: str) -> None:
    with pytest.raises(InvalidRequest, match="parameter some_name") as caught:
        check("some_name", text)
    assert caught.value.status == 400
    assert len(caught.value.message) < 300


def test_a_plus_lost_in_a_query_is_explained() -> None:
    with pytest.raises(InvalidRequest, match="%2B"):
        check_timestamp("since", "2026-11-23T09:30:00 01:00")
