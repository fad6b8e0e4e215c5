"""What a conformance case is, and the shapes in which most of them are written.

A case carries the numbers of the requirements it shows (`requirements.tsv` has their wording),
the versions in which they hold, and what it does with a server. Cases share a store, so each
makes statements, agents and activities of its own.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from http_server import V1, V2, Client
from statements import statement

BOTH = (V1, V2)
STATEMENTS = "/xapi/statements"
JSON = {"Content-Type": "application/json"}
REMOVED = object()
WORDING = Path(__file__).with_name("requirements.tsv")
Numbers = tuple[int, ...]
Check = Callable[[httpx2.Response], Any]


class Case(NamedTuple):
    """numbers: of the requirements shown. run: asserts them of the server a client speaks to."""

    numbers: Numbers
    name: str
    run: Callable[[Client], None]
    versions: Sequence[str] = BOTH


class Ask(NamedTuple):
    """A request and what is expected of its answer.

    body: JSON unless it is bytes. check: called with the answer; a falsy result fails.
    """

    method: str
    path: str
    status: int
    parameters: Mapping[str, str] = {}
    body: Any = None
    headers: Mapping[str, str] = {}
    check: Check | None = None

    def send(self, client: Client) -> httpx2.Response:
        content = self.body
        if content is not None and not isinstance(content, bytes):
            content = json.dumps(content).encode()
        headers = {**(JSON if self.body is not None else {}), **self.headers}
        answer = client.request(
            self.method, self.path, params=dict(self.parameters), content=content, headers=headers
        )
        assert answer.status_code == self.status, (self, answer.status_code, answer.text[:500])
        if self.check is not None:
            assert self.check(answer) in {None, True}, (self, answer.headers, answer.text[:500])
        return answer


def wording() -> dict[int, str]:
    """The requirements in the project's words, by number."""
    lines = WORDING.read_text().splitlines()
    return {int(number): text for number, _, text in (line.partition("\t") for line in lines)}


def changed(pointer: str, value: Any, base: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with another value at a pointer, the objects on the way made as needed."""
    name, _, rest = pointer.strip("/").partition("/")
    if rest:
        return {**base, name: changed(rest, value, base.get(name) or {})}
    kept = {key: member for key, member in base.items() if key != name}
    return kept if value is REMOVED else {**kept, name: value}


def varied(pointer: str, value: Any) -> dict[str, Any]:
    """A valid statement but, perhaps, for the value at a pointer."""
    return changed(pointer, value, statement(id=str(uuid.uuid4())))


def refused(
    number: int | Numbers, pointer: str, *values: Any, versions: Sequence[str] = BOTH
) -> Case:
    """Each of these values at this pointer makes a statement that is refused."""
    return _statements(number, f"refuses {pointer}", 400, pointer, values, versions)


def accepted(
    number: int | Numbers, pointer: str, *values: Any, versions: Sequence[str] = BOTH
) -> Case:
    """Each of these values at this pointer leaves a statement valid."""
    return _statements(number, f"accepts {pointer}", 200, pointer, values, versions)


def asks(number: int | Numbers, name: str, *requests: Ask, versions: Sequence[str] = BOTH) -> Case:
    """These requests one after the other, each answered as expected."""

    def run(client: Client) -> None:
        for request in requests:
            request.send(client)

    return Case(numbered(number), name, run, versions)


def numbered(number: int | Numbers) -> Numbers:
    return (number,) if isinstance(number, int) else number


def _statements(
    number: int | Numbers,
    name: str,
    status: int,
    pointer: str,
    values: Sequence[Any],
    versions: Sequence[str],
) -> Case:
    def run(client: Client) -> None:
        for value in values:
            Ask("POST", STATEMENTS, status, body=varied(pointer, value)).send(client)

    return Case(numbered(number), name, run, versions)
