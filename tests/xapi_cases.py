"""A small valid statement, ways to change it, and what reading says of the change."""

import json
from typing import Any

import pytest

from lrs.errors import InvalidStatement
from lrs.xapi.statement import read
from lrs.xapi.versions import Version

V1, V2 = Version.V1, Version.V2
UUID = "12345678-1234-5678-1234-567812345678"
ANN = {"mbox": "mailto:ann@example.org"}
BOB = {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": "bob"}}
COURSE = {"id": "https://example.org/course"}
REFERENCE = {"objectType": "StatementRef", "id": UUID}
GROUP = {"objectType": "Group", "member": [ANN, BOB]}
ATTACHMENT = {
    "usageType": "https://example.org/usage",
    "display": {"en": "Essay"},
    "contentType": "text/plain",
    "length": 27,
    "sha2": "a" * 64,
}
BASE: dict[str, Any] = {
    "actor": ANN,
    "verb": {"id": "https://example.org/verbs/did", "display": {"en": "did"}},
    "object": COURSE,
}
SUBSTATEMENT = {"objectType": "SubStatement", **BASE}
REMOVED = object()


def changed(path: str, value: Any, base: dict[str, Any] = BASE) -> dict[str, Any]:
    """`base` with a value at a pointer, the objects on the way made as needed."""
    name, _, rest = path.strip("/").partition("/")
    if rest:
        return {**base, name: changed(rest, value, base.get(name) or {})}
    kept = {key: member for key, member in base.items() if key != name}
    return kept if value is REMOVED else {**kept, name: value}


def faults(value: Any, version: Version = V1) -> list[tuple[str, str]]:
    with pytest.raises(InvalidStatement) as caught:
        read(json.dumps(value).encode(), version, received_us=0)
    for fault in caught.value.faults:
        assert fault.message.endswith(".")
    return [(fault.path, fault.code) for fault in caught.value.faults]


def accept(value: Any, version: Version = V1) -> None:
    (statement,), _ = read(json.dumps(value).encode(), version, received_us=0)
    assert statement.value == value
