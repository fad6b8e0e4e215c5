"""What a statement becomes in the log, as far as it is known before the transaction."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lrs.storage.authorities import Authority
from lrs.storage.keys import Keys
from lrs.xapi.references import References
from lrs.xapi.statement import Statement


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement with its keys: columns of its row where it has one value, `further` otherwise."""

    statement: Statement
    id: bytes
    agent: bytes | None
    verb: bytes
    activity: bytes | None
    registration: bytes | None
    further: tuple[bytes, ...]
    target: bytes | None


class Row(NamedTuple):
    """A statement with the position it is about to take."""

    position: int
    authority: Authority
    entry: Entry


def entry(statement: Statement, keys: Keys) -> Entry:
    references = statement.references
    agents, activities = references.agents, references.activities
    further = [keys.agent(name) for name in agents[1:]]
    further += [keys.activity(iri) for iri in activities[1:]]
    further += [keys.related_agent(name) for name in references.related_agents]
    further += [keys.related_activity(iri) for iri in references.related_activities]
    registration = references.registration
    return Entry(
        statement,
        uuid.UUID(statement.id).bytes,
        keys.agent(agents[0]) if agents else None,
        keys.verb(references.verb),
        keys.activity(activities[0]) if activities else None,
        keys.registration(registration) if registration is not None else None,
        tuple(dict.fromkeys(further)),
        uuid.UUID(statement.target).bytes if statement.target is not None else None,
    )


def inheritable(references: References, authority: Iterable[str], keys: Keys) -> set[bytes]:
    """The keys by which a statement with a reference to this one is found as well.

    xAPI 1.0.3, Communication 2.1.3, "Filter Conditions for StatementRefs"; the authority's
    agents count as related agents.
    """
    found = {keys.agent(name) for name in references.agents}
    found.add(keys.verb(references.verb))
    found.update(keys.activity(iri) for iri in references.activities)
    if references.registration is not None:
        found.add(keys.registration(references.registration))
    found.update(keys.related_agent(name) for name in references.related_agents)
    found.update(keys.related_agent(name) for name in authority)
    found.update(keys.related_activity(iri) for iri in references.related_activities)
    return found
