"""What a statement can be found by."""

from typing import Any

import pytest

from lrs.xapi.references import identity, of

ANN = {"mbox": "mailto:Ann@Example.ORG", "name": "Ann"}
BOB = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "bob x"}}
CYD = {"openid": "https://cyd.example.org/", "name": "Cyd"}
DAN = {"mbox_sha1sum": "ABCDEF0123456789ABCDEF0123456789ABCDEF01"}
ANN_ID = "mbox:mailto:Ann@example.org"
BOB_ID = "account:https://example.org\x1fbob x"
CYD_ID = "openid:https://cyd.example.org/"
DAN_ID = "mbox_sha1sum:abcdef0123456789abcdef0123456789abcdef01"
UUID = "12345678-1234-5678-1234-56781234567A"


def group(*members: Any, **more: Any) -> dict[str, Any]:
    return {"objectType": "Group", "member": list(members), **more}


def statement(**members: Any) -> dict[str, Any]:
    return {"actor": ANN, "verb": {"id": "act:did"}, "object": {"id": "act:it"}, **members}


@pytest.mark.parametrize(
    ("agent", "text"),
    [(ANN, ANN_ID), (BOB, BOB_ID), (CYD, CYD_ID), (DAN, DAN_ID), (group(ANN), None),
     (group(ANN, **CYD), CYD_ID)],
)  # fmt: skip
def test_an_identity_has_one_spelling(agent: dict[str, Any], text: str | None) -> None:
    assert identity(agent) == text


def test_a_plain_statement() -> None:
    found = of(statement())
    assert (found.agents, found.verb, found.activities) == ((ANN_ID,), "act:did", ("act:it",))
    assert (found.related_agents, found.related_activities, found.registration) == ((), (), None)
    assert found.names == ((ANN_ID, "Ann"),)
    assert (found.definitions, found.displays) == ((), ())


def test_a_group_and_its_members_are_agents() -> None:
    found = of(statement(actor=group(BOB, CYD, BOB, **DAN)))
    assert found.agents == (DAN_ID, BOB_ID, CYD_ID)
    assert of(statement(actor=group(BOB, ANN))).agents == (BOB_ID, ANN_ID)


def test_an_object_that_is_an_agent_comes_after_the_actor() -> None:
    found = of(statement(object=group(CYD, ANN, **{**BOB, "objectType": "Group"})))
    assert found.agents == (ANN_ID, BOB_ID, CYD_ID)
    assert found.activities == ()


def test_the_context_counts_as_related() -> None:
    context = {
        "registration": UUID,
        "instructor": BOB,
        "team": group(CYD, ANN),
        "contextActivities": {
            "other": {"id": "act:other"},
            "parent": [{"id": "act:it"}, {"id": "act:quiz"}],
            "category": [{"id": "act:quiz"}],
        },
        "contextAgents": [{"objectType": "contextAgent", "agent": DAN}],
        "contextGroups": [{"objectType": "contextGroup", "group": group(BOB, **CYD)}],
        "statement": {"objectType": "StatementRef", "id": UUID},
    }
    found = of(statement(context=context))
    assert found.agents == (ANN_ID,)
    assert set(found.related_agents) == {BOB_ID, CYD_ID, DAN_ID}
    assert found.related_activities == ("act:quiz", "act:other")
    assert found.registration == UUID.lower()
    assert dict(found.names) == {ANN_ID: "Ann", CYD_ID: "Cyd"}


def test_all_of_a_substatement_counts_as_related() -> None:
    inner = {
        "objectType": "SubStatement",
        **statement(actor=BOB, object={"id": "act:inner", "definition": {"type": "act:t"}}),
        "context": {"instructor": ANN, "contextActivities": {"parent": [{"id": "act:p"}]}},
        "verb": {"id": "act:planned", "display": {"en": "planned"}},
    }
    found = of(statement(object=inner))
    assert found.verb == "act:did"
    assert (found.agents, found.activities) == ((ANN_ID,), ())
    assert found.related_agents == (BOB_ID,)
    assert found.related_activities == ("act:inner", "act:p")
    assert found.definitions == (("act:inner", b'{"type":"act:t"}'),)
    assert found.displays == (("act:planned", b'{"en":"planned"}'),)


def test_a_reference_says_nothing_of_its_own() -> None:
    found = of(statement(object={"objectType": "StatementRef", "id": UUID}))
    assert (found.agents, found.activities) == ((ANN_ID,), ())


def test_definitions_and_displays_are_in_one_order() -> None:
    found = of(
        statement(
            verb={"id": "act:did", "display": {"fr": "fit", "en": "did"}},
            object={"id": "act:it", "definition": {"type": "act:t", "name": {"en": "It"}}},
            context={"contextActivities": {"parent": [{"id": "act:p", "definition": {}}]}},
        )
    )
    assert found.definitions == (("act:it", b'{"name":{"en":"It"},"type":"act:t"}'),)
    assert found.displays == (("act:did", b'{"en":"did","fr":"fit"}'),)


def test_long_numbers_in_definitions_keep_their_digits() -> None:
    definition = {"type": "act:t", "extensions": {"act:n": 10**25 + 1, "act:é": 1}}
    found = of(statement(object={"id": "act:it", "definition": definition}))
    text = '{"extensions":{"act:n":10000000000000000000000001,"act:é":1},"type":"act:t"}'
    assert found.definitions == (("act:it", text.encode()),)
