"""What a statement becomes in the log, as far as it is known before the transaction."""

import struct
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lrs.storage.log.authorities import Authority
from lrs.storage.log.keys import Keys
from lrs.xapi.references import References
from lrs.xapi.statement import Statement


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement with its keys: columns of its row where it has one value, `further` otherwise."""

    statement: Statement
    id: bytes
    agent: int | None
    verb: int
    activity: int | None
    registration: int | None
    further: tuple[int, ...]
    digests: list[bytes]
    target: bytes | None


class Row(NamedTuple):
    """A statement with the position it is about to take."""

    position: int
    authority: Authority
    entry: Entry


_FIRST_HALF = struct.Struct(">q8x").unpack


def short(digest: bytes) -> int:
    """The half of a digest that the log's indexes hold; `claims` watches over collisions."""
    return int(_FIRST_HALF(digest)[0])


def entry(statement: Statement, keys: Keys) -> Entry:
    references = statement.references
    found = digests(references, keys)
    halves = list(map(short, found))
    agents, activities = len(references.agents), len(references.activities)
    registered = references.registration is not None
    rest = agents + 1 + activities + registered
    further = halves[1:agents] + halves[agents + 2 : agents + 1 + activities] + halves[rest:]
    return Entry(
        statement,
        uuid.UUID(statement.id).bytes,
        halves[0] if agents else None,
        halves[agents],
        halves[agents + 1] if activities else None,
        halves[rest - 1] if registered else None,
        tuple(dict.fromkeys(further)),
        found,
        uuid.UUID(statement.target).bytes if statement.target is not None else None,
    )


def digests(references: References, keys: Keys) -> list[bytes]:
    """The whole digests of everything by which a statement can be found."""
    found = [keys.agent(name) for name in references.agents]
    found.append(keys.verb(references.verb))
    found += [keys.activity(iri) for iri in references.activities]
    if references.registration is not None:
        found.append(keys.registration(references.registration))
    found += [keys.related_agent(name) for name in references.related_agents]
    found += [keys.related_activity(iri) for iri in references.related_activities]
    return found


def inheritable(references: References, authority: Iterable[str], keys: Keys) -> set[int]:
    """The keys by which a statement with a reference to this one is found as well.

    xAPI 1.0.3, Communication 2.1.3, "Filter Conditions for StatementRefs"; the authority's
    agents count as related agents.
    """
    found = set(map(short, digests(references, keys)))
    found.update(short(keys.related_agent(name)) for name in authority)
    return found
