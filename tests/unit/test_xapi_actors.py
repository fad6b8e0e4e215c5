"""Agents, Groups and authorities (xAPI 1.0.3, Data 2.4.2 and 2.4.9)."""

import json
from typing import Any

import pytest

from lrs.errors import InvalidStatement
from lrs.xapi.statement import read
from xapi_cases import ANN, BOB, GROUP, V1, accept, changed, faults

PLACES_OF_AGENTS = ["/actor", "/authority", "/context/instructor"]


@pytest.mark.parametrize("path", PLACES_OF_AGENTS)
@pytest.mark.parametrize(
    ("agent", "inside", "code"),
    [
        ({}, "", "no_identifier"),
        ({"name": "Ann"}, "", "no_identifier"),
        ({"objectType": "Agent", "name": "Ann"}, "", "no_identifier"),
        ({**ANN, "openid": "https://ann.example.org"}, "", "several_identifiers"),
        ({**ANN, **BOB}, "", "several_identifiers"),
        ({"mbox": "mailto:null"}, "/mbox", "not_a_mailto"),
        ({"mbox": "ann@example.org"}, "/mbox", "not_a_mailto"),
        ({"mbox": ""}, "/mbox", "not_a_mailto"),
        ({"mbox": ["mailto:ann@example.org"]}, "/mbox", "wrong_type"),
        ({"mbox": "mailto:a\x00@example.org"}, "/mbox", "null_character"),
        ({"mbox_sha1sum": "abc"}, "/mbox_sha1sum", "not_a_sha1"),
        ({"mbox_sha1sum": "g" * 40}, "/mbox_sha1sum", "not_a_sha1"),
        ({"openid": "ann"}, "/openid", "not_a_uri"),
        ({"openid": "https://example.org/é"}, "/openid", "not_a_uri"),
        ({"account": {}}, "/account/homePage", "missing"),
        ({"account": {"homePage": "https://example.org"}}, "/account/name", "missing"),
        ({"account": {"homePage": "example.org", "name": "a"}}, "/account/homePage", "not_an_irl"),
        ({"account": {"homePage": "act:x", "name": 7}}, "/account/name", "wrong_type"),
        ({**ANN, "objectType": "agent"}, "/objectType", "object_type"),
        ({**ANN, "objectType": "Activity"}, "/objectType", "object_type"),
        ({**ANN, "objectType": 1}, "/objectType", "wrong_type"),
        ({**ANN, "objectType": None}, "/objectType", "null"),
        ({**ANN, "member": [BOB]}, "/member", "unknown_property"),
        ({**ANN, "name": None}, "/name", "null"),
        ({"objectType": "Group"}, "", "no_identifier"),
        ({"objectType": "Group", "name": "Team"}, "", "no_identifier"),
        ({**GROUP, **ANN, "openid": "act:x"}, "", "several_identifiers"),
        ({**GROUP, "member": ANN}, "/member", "wrong_type"),
        ({**GROUP, "member": [GROUP, ANN]}, "/member/0/objectType", "object_type"),
        ({**GROUP, "member": [ANN, {"name": "Bob"}]}, "/member/1", "no_identifier"),
        ({**GROUP, "member": [ANN, None]}, "/member/1", "null"),
    ],
)
def test_agents_and_groups_are_identified(
    path: str, agent: dict[str, Any], inside: str, code: str
) -> None:
    assert (path + inside, code) in faults(changed(path, agent))


def test_a_name_alone_is_told_that_it_identifies_nobody() -> None:
    with pytest.raises(InvalidStatement, match="a name alone identifies nobody"):
        read(json.dumps(changed("/actor", {"name": "Ann"})).encode(), V1, received_us=0)


@pytest.mark.parametrize("path", ["/actor", "/context/instructor"])
@pytest.mark.parametrize(
    "agent",
    [
        ANN,
        BOB,
        {"mbox_sha1sum": "EBD31E95054C018B10727CCFFD2EF2EC3A016EE9"},
        {"openid": "http://toby.openid.example.org/"},
        {"account": {"homePage": "act:x", "name": ""}},
        GROUP,
        {"objectType": "Group", **ANN},
        {"objectType": "Group", **ANN, "name": "", "member": []},
    ],
)
def test_agents_and_groups_of_every_kind_are_taken(path: str, agent: dict[str, Any]) -> None:
    accept(changed(path, agent))


def test_an_authority_is_an_agent_or_an_anonymous_pair() -> None:
    accept(changed("/authority", BOB))
    accept(changed("/authority", GROUP))
    one = {"objectType": "Group", "member": [ANN]}
    assert faults(changed("/authority", one)) == [("/authority/member", "authority_members")]
    named = {**GROUP, **ANN}
    assert faults(changed("/authority", named)) == [("/authority/mbox", "authority_identifier")]


def test_a_team_is_a_group() -> None:
    accept(changed("/context/team", GROUP))
    assert faults(changed("/context/team", ANN)) == [("/context/team/objectType", "missing")]
    assert faults(changed("/context/team", BOB)) == [("/context/team/objectType", "object_type")]
