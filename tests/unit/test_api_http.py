"""Requests and answers of the raw endpoints."""

import pytest

from lrs.api.http import Budget, basic, parameters
from lrs.api.refusals import preferred, refusal
from lrs.errors import Fault, InvalidRequest, InvalidStatement, NotAuthenticated, Unavailable


def test_parameters_are_decoded_as_utf8() -> None:
    assert parameters(b"a=%C3%A9+b&c=") == {"a": "é b", "c": ""}


@pytest.mark.parametrize("query", [b"a=1&a=2", b"a=%FF", b"a=\xc3\xa9", b"&".join([b"a=1"] * 200)])
def test_a_broken_query_is_refused(query: bytes) -> None:
    with pytest.raises(InvalidRequest):
        parameters(query)


def test_basic_credentials_may_hold_colons_and_utf8() -> None:
    assert basic(b"Basic a2V5OnPDqTpjcmV0") == ("key", "sé:cret")
    assert basic(b"basic Og==") == ("", "")


@pytest.mark.parametrize(
    "header", [None, b"", b"Basic", b"Bearer x", b"Basic !", b"Basic YWJj", b"Basic //8="]
)
def test_a_malformed_authorization_is_refused(header: bytes | None) -> None:
    with pytest.raises(NotAuthenticated):
        basic(header)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/plain;q=0.5, application/json", "application/json"),
        ("text/*", "text/plain"),
        ("text/html;q=0", "application/json"),
        ("text/html;q=much", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_form_of_an_error_follows_accept(accept: str, expected: str) -> None:
    assert preferred(accept) == expected


def test_an_error_page_escapes_what_was_sent() -> None:
    error = InvalidStatement([Fault("/<x>", "unknown_property", "no <b>")])
    assert b"<x>" not in refusal(error, "text/html").body
    assert b"<b>" not in refusal(error, "text/html").body
    assert refusal(error, "text/plain").body.startswith(b"invalid_statement: ")


def test_an_error_says_when_to_come_back() -> None:
    answer = refusal(Unavailable("Away.", retry_after=7))
    assert (b"retry-after", b"7") in answer.headers


def test_large_bodies_share_a_budget_and_small_ones_do_not_count() -> None:
    budget, mega = Budget(10 * 2**20), 2**20
    first = budget.extend(0, 6 * mega)
    assert budget.extend(0, mega) == 0
    with pytest.raises(Unavailable):
        budget.extend(0, 5 * mega)
    first = budget.extend(first, 10 * mega)
    assert budget.extend(first, 0) == 0
    assert budget.extend(0, 10 * mega) == 10 * mega
