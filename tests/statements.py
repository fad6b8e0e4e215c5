"""Statements for tests: small ones, to be varied."""

import uuid
from typing import Any

HOME = "https://lms.example.org"


def agent(name: str = "ada") -> dict[str, Any]:
    return {"objectType": "Agent", "mbox": f"mailto:{name}@example.org"}


def activity(name: str = "one") -> dict[str, Any]:
    return {"objectType": "Activity", "id": f"{HOME}/activities/{name}"}


def verb(name: str = "answered") -> dict[str, Any]:
    return {"id": f"http://adlnet.gov/expapi/verbs/{name}", "display": {"en": name}}


def reference(target: str) -> dict[str, Any]:
    return {"objectType": "StatementRef", "id": target}


def statement(**members: Any) -> dict[str, Any]:
    """A statement with an id; members given replace or add, None leaves one out."""
    made = {
        "id": str(uuid.uuid4()),
        "actor": agent(),
        "verb": verb(),
        "object": activity(),
        "timestamp": "2026-10-05T09:30:00.000Z",
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def voiding(target: str) -> dict[str, Any]:
    return statement(verb=verb("voided"), object=reference(target))
