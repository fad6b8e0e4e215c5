"""A dictionary outlives the erasure of a person, so it may name nobody, however often told of."""

import json
from typing import Any

import pytest

from lrs.storage.log.dictionaries import learn
from lrs.storage.log.personal import is_mail_address, names

CONTEXTS: dict[str, dict[str, Any]] = {
    "instructor": {"instructor": {"name": "Beatrix Tinsley", "mbox": "mailto:bt@school.example"}},
    "account": {
        "instructor": {"account": {"homePage": "https://x.example", "name": "Beatrix Tinsley"}}
    },
    "escaped": {"instructor": {"name": "Beatrix Tinsl\u00e9y", "openid": "https://bt.example/"}},
    "team": {
        "team": {
            "objectType": "Group",
            "name": "Beatrix Tinsley's team",
            "member": [{"name": "Beatrix Tinsley", "mbox_sha1sum": "ab" * 20}],
        }
    },
    "contextAgents": {
        "contextAgents": [
            {
                "objectType": "contextAgent",
                "agent": {"name": "Beatrix Tinsley", "mbox": "mailto:bt@school.example"},
            }
        ]
    },
    "told again": {
        "instructor": {"name": "Beatrix Tinsley", "mbox": "mailto:bt@school.example"},
        "extensions": {
            "https://x.example/who": "Beatrix Tinsley",
            "https://x.example/mail": "bt@school.example",
        },
    },
    "only in an extension": {"extensions": {"https://x.example/mail": "mail bt@school.example"}},
    "an agent in an extension": {
        "extensions": {"https://x.example/by": {"name": "Beatrix Tinsley", "openid": "https://bt.example/"}}
    },
}  # fmt: skip


def statements(context: dict[str, Any]) -> list[tuple[object, bytes]]:
    return [
        (
            number % 40,
            json.dumps(
                {
                    "actor": {"mbox": f"mailto:learner-{number % 40}@school.example"},
                    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
                    "object": {"id": f"https://lms.example.org/a/long/path/to/item/{number % 9}"},
                    "context": {"platform": "A shared platform", **context},
                    "authority": {"account": {"homePage": "https://lrs.example", "name": "f00d"}},
                    "result": {"duration": f"PT{number}S"},
                }
            ).encode(),
        )
        for number in range(1_000)
    ]


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_whoever_stands_in_everybodys_statements_is_not_in_the_dictionary(
    context: dict[str, Any],
) -> None:
    body = learn(statements(context))
    assert body is not None
    for word in (b"Tinsl", b"bt@", b"bt.example", b"abab", b"learner-"):
        assert word not in body
    assert b"https://lms.example.org/a/long/path/to/item/" in body
    assert b"A shared platform" in body


def test_names_are_found_at_any_depth_but_in_the_authority() -> None:
    value = {
        "actor": {"name": "Ann", "account": {"homePage": "https://x.example", "name": "17"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered"}},
        "object": {"objectType": "SubStatement", "actor": {"name": "Bo", "mbox": "mailto:b@x.y"}},
        "authority": {"name": "tool", "mbox": "mailto:tool@x.example"},
    }
    assert set(names(value)) == {"Ann", "17", "Bo", "mailto:b@x.y", "b@x.y"}


def test_what_is_no_agent_has_no_name() -> None:
    value = {"object": {"id": "x:y", "definition": {"name": {"en": "A course"}}}, "n": [1, None]}
    assert list(names(value)) == []
    assert list(names([{"mbox": 5, "account": "x", "name": {"en": "z"}}])) == []


@pytest.mark.parametrize("text", ["a@b.org", "mailto:ann.b+c@mail.example.org", "(é@é.example)"])
def test_a_mail_address_is_seen(text: str) -> None:
    assert is_mail_address(text)


def test_looking_for_a_mail_address_takes_no_longer_than_the_text_is_long() -> None:
    for text in ("a" * 2_000_000 + "@", "a@" * 1_000_000, "a@" + "b." * 1_000_000):
        assert not is_mail_address(text)


@pytest.mark.parametrize(
    "text", ["", "a@b", "block-v1:edX+DemoX+type@video+block@0b9e3947", "https://x.example/@ann/1"]
)
def test_what_is_no_mail_address_stays(text: str) -> None:
    assert not is_mail_address(text)
