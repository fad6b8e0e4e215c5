"""schemathesis over the OpenAPI document: no 500, and no answer that the document does not have.

Every operation gets requests that fit the document and requests that do not, of a real server.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from http_server import V1, V2, Client, Server
from strategies import durations, iris, languages

schemathesis.openapi.format("iri", iris)
schemathesis.openapi.format("language-tag", languages)
schemathesis.openapi.format("duration", durations)
schemathesis.openapi.format("media-type", st.sampled_from(["text/plain", "image/png"]))
schemathesis.openapi.format("mailto", st.sampled_from(["mailto:a@example.org"]))

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = "/api/v1/openapi.json"
# Making many of these would only fill the database: they cost 100 ms and more each
_LEAST = 2  # of each operation and mode, however slow the machine
COSTLY = {"POST /api/v1/credentials"}


def operations(client: Client) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(client.get(DOCUMENT).json())
    schema.config.update(base_url=f"{client.base_url}".rstrip("/"))
    for found in schema.get_all_operations():
        yield found.ok()


def tried(
    operation: Any, session: requests.Session, mode: GenerationMode, most: int, until: float
) -> int:
    """How many requests of one operation were answered as the document says."""
    count = 0

    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        nonlocal count
        if count >= _LEAST and time.monotonic() > until:
            return
        answer = case.call(
            session=session, headers={"X-Experience-API-Version": (V1, V2)[count % 2]}
        )
        case.validate_response(answer, checks=CHECKS)
        count += 1

    one()
    return count


def check(client: Client, *, most: int, seconds: float) -> None:
    """Try every operation both ways; `seconds` are shared out among them."""
    found = list(operations(client))
    faults, answered = [], 0
    with requests.Session() as session:
        session.auth = (client.key, client.secret)
        for operation in found:
            costly = operation.label in COSTLY
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                until = time.monotonic() + seconds / len(found) / 2
                try:
                    answered += tried(operation, session, mode, 2 if costly else most, until)
                except (Failure, FailureGroup, ExceptionGroup) as error:
                    parts = getattr(error, "exceptions", [error])
                    faults.append(f"{operation.label} ({mode.value}): {[str(p) for p in parts]}")
                except Exception as error:  # noqa: BLE001 - nothing to generate is no fault
                    if "Unsatisfiable" not in type(error).__name__ and "Skip" not in str(error):
                        faults.append(f"{operation.label} ({mode.value}): {error!r}")
    assert not faults, "\n\n".join(faults)
    assert answered > 2 * len(found)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)  # at length on both
def test_every_answer_is_as_the_document_says(server: Server) -> None:
    check(server.client(), most=_LEAST, seconds=30)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_every_answer_is_as_the_document_says_at_length(server: Server) -> None:
    check(server.client(), most=60, seconds=600)


def test_the_document_names_every_xapi_resource_with_all_its_methods(server: Server) -> None:
    client = server.client()
    paths = client.get(DOCUMENT).json()["paths"]
    for path in (
        "statements", "about", "agents", "activities", "activities/state", "agents/profile",
        "activities/profile",
    ):  # fmt: skip
        allowed = client.request("PATCH", f"/xapi/{path}").headers["allow"].lower().split(", ")
        assert set(paths[f"/xapi/{path}"]) == set(allowed) - {"options"}
