"""The tincan client, as tools of that generation use it, against a real server."""

import uuid

import pytest
from tincan import Activity, Agent, RemoteLRS, Statement, StatementRef, StatementsResult, Verb

from http_server import Client

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def remote(client: Client) -> RemoteLRS:
    return RemoteLRS(
        version="1.0.3",
        endpoint=f"{client.base_url}/xapi/",
        username=client.key,
        password=client.secret,
    )


def made(name: str = "ada", target: str | None = None) -> Statement:
    thing = Activity(id="https://lms.example.org/activities/one")
    return Statement(
        id=str(uuid.uuid4()),
        actor=Agent(mbox=f"mailto:{name}@example.org"),
        verb=Verb(id=f"http://adlnet.gov/expapi/verbs/{'voided' if target else 'answered'}"),
        object=StatementRef(id=target) if target else thing,
    )


def test_one_statement_makes_the_round_trip(remote: RemoteLRS) -> None:
    sent = made()
    saved = remote.save_statement(sent)
    assert saved.success, saved.data
    got = remote.retrieve_statement(str(sent.id))
    assert got.success, got.data
    assert got.content.actor.mbox == sent.actor.mbox
    assert got.content.stored is not None
    assert got.content.authority is not None


def test_several_statements_are_saved_and_queried_over_pages(remote: RemoteLRS) -> None:
    sent = [made() for _ in range(7)]
    assert remote.save_statements(sent).success
    assert remote.save_statement(made("bob")).success
    answer = remote.query_statements({"agent": sent[0].actor, "limit": 3})
    assert answer.success, answer.data
    found = list(answer.content.statements)
    while answer.content.more:
        answer = remote.more_statements(StatementsResult(statements=[], more=answer.content.more))
        assert answer.success, answer.data
        found += answer.content.statements
    assert [str(one.id) for one in found] == [str(one.id) for one in reversed(sent)]


def test_a_voided_statement_is_retrieved_as_such(remote: RemoteLRS) -> None:
    sent = made()
    assert remote.save_statement(sent).success
    assert remote.save_statement(made(target=str(sent.id))).success
    assert not remote.retrieve_statement(str(sent.id)).success
    assert remote.retrieve_voided_statement(str(sent.id)).success


def test_an_error_reaches_the_client(remote: RemoteLRS) -> None:
    sent, other = made(), made("bob")
    other.id = sent.id
    assert remote.save_statement(sent).success
    refused = remote.save_statement(other)
    assert not refused.success
    assert refused.response.status == 409
