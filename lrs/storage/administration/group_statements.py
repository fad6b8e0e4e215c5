"""What is done to groups, as statements of our own profile (docs/profile.md)."""

import uuid
from collections.abc import Mapping
from typing import Any

from lrs.storage.administration.people import Person, account_of
from projections.groups import (
    ADDED,
    APPOINTED,
    GROUP,
    NAMED,
    RELIEVED,
    REMOVED,
    SHARED,
    UNSHARED,
    UNTIL,
    WORDS,
)
from projections.instants import format_us

Statement = dict[str, Any]


def new_iri() -> str:
    """A name for a new group, which nobody else has."""
    return f"urn:uuid:{uuid.uuid4()}"


def naming(actor: Mapping[str, Any], group: str, name: str) -> Statement:
    """Makes a group, or gives it another name; a name is of no language."""
    definition = {"type": GROUP, "name": {"und": name}}
    return _statement(actor, NAMED, "named", {"id": group, "definition": definition})


def ending(actor: Mapping[str, Any], group: str) -> Statement:
    return _statement(actor, REMOVED, "removed", _activity(group))


def adding(actor: Mapping[str, Any], group: str, learner: Mapping[str, Any]) -> Statement:
    """One learner a statement, so that erasing one of them leaves the others where they are."""
    return _within(_statement(actor, ADDED, "added", learner), group)


def taking_out(actor: Mapping[str, Any], group: str, learner: Mapping[str, Any]) -> Statement:
    return _within(_statement(actor, REMOVED, "removed", learner), group)


def teaching(
    actor: Mapping[str, Any], group: str, teacher: Person, origin: str, *, teaches: bool
) -> Statement:
    """A teacher is named by their account on this server: they are nobody in the store."""
    whom = _account(teacher, origin)
    verb, display = (APPOINTED, "appointed") if teaches else (RELIEVED, "relieved")
    return _within(_statement(actor, verb, display, whom), group)


def sharing(
    actor: Mapping[str, Any], group: str, looker: Person, origin: str,
    *, learner: Mapping[str, Any] | None, until_us: int | None, words: bool,
) -> Statement:  # fmt: skip
    """Shows a group, or one learner of it, to a person, named as a teacher is. until_us: when it
    ends by itself; words: with what people wrote."""
    made = _shared(actor, (SHARED, "shared"), group, looker, origin, learner)
    told: Statement = {} if until_us is None else {UNTIL: format_us(until_us)}
    made["context"]["extensions"] = told | {WORDS: words}
    return made


def unsharing(
    actor: Mapping[str, Any], group: str, looker: Person, origin: str,
    *, learner: Mapping[str, Any] | None,
) -> Statement:  # fmt: skip
    return _shared(actor, (UNSHARED, "no longer shares"), group, looker, origin, learner)


def _shared(
    actor: Mapping[str, Any], verb: tuple[str, str], group: str, looker: Person, origin: str,
    learner: Mapping[str, Any] | None,
) -> Statement:  # fmt: skip
    """The object is what is shown: so erasing the learner erases that they were shown."""
    if learner is None:
        made = _statement(actor, *verb, _activity(group)) | {"context": {}}
    else:
        made = _within(_statement(actor, *verb, learner), group)
    made["context"]["instructor"] = _account(looker, origin)
    return made


def _account(person: Person, origin: str) -> Statement:
    return {
        "objectType": "Agent",
        "account": {"homePage": origin, "name": account_of(person)},
    }


def _statement(
    actor: Mapping[str, Any], verb: str, display: str, target: Mapping[str, Any]
) -> Statement:
    return {
        "id": str(uuid.uuid4()),
        "actor": dict(actor),
        "verb": {"id": verb, "display": {"en": display}},
        "object": dict(target),
    }


def _within(statement: Statement, group: str) -> Statement:
    return statement | {"context": {"contextActivities": {"grouping": [_activity(group)]}}}


def _activity(group: str) -> Statement:
    return {"id": group, "definition": {"type": GROUP}}
