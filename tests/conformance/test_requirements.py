"""Every requirement of xAPI that has a number, shown on a real server (see `case.py`)."""

import pytest
from case import Case, wording
from cases import BESIDE, CASES

from http_server import V1, V2, Client, Server
from statements import statement
from tools.conformance_page import PAGE, page

pytestmark = pytest.mark.timeout(300)

RUNS = [
    pytest.param(version, case, id=f"{version}-{'+'.join(map(str, case.numbers))}-{case.name}")
    for case in CASES
    for version in case.versions
]


@pytest.fixture(scope="module")
def clients(server: Server) -> dict[str, Client]:
    """One client a version, both of one store."""
    first = server.client(version=V1)
    return {V1: first, V2: server.client(version=V2, store=first.store)}


@pytest.mark.parametrize(("version", "case"), RUNS)
def test_a_requirement_holds(clients: dict[str, Client], version: str, case: Case) -> None:
    case.run(clients[version])


@pytest.mark.parametrize("version", [V1, V2])
def test_00327_too_few_rights_are_a_403(server: Server, version: str) -> None:
    writer = server.client("statements/write", version=version)
    assert writer.get("/xapi/statements").status_code == 403
    assert writer.get("/xapi/agents", params={"agent": "{}"}).status_code == 403
    reader = server.client("statements/read", version=version, store=writer.store)
    made = statement()
    assert reader.post("/xapi/statements", json=made).status_code == 403
    assert reader.get("/xapi/statements", params={"statementId": made["id"]}).status_code == 404


def test_every_requirement_has_a_case() -> None:
    shown = {number for case in CASES for number in case.numbers}
    assert shown | set(BESIDE) == set(wording())


def test_the_page_of_requirements_is_that_of_the_cases() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tools/conformance_page.py"
