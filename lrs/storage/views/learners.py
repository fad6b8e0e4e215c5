"""Who an identity belongs to. Learner ids are random, so that erasure leaves nothing behind."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.session import Session

IDENTITIES = Bulk(schema.identities, "store", "agent", "learner", "position", "body")
LEARNERS = Bulk(schema.learners, "store", "learner", "position", "name")

_KNOWN = """
SELECT identities.agent, identities.learner, learners.name
FROM identities LEFT JOIN learners
  ON learners.store = identities.store AND learners.learner = identities.learner
WHERE identities.store = ? AND identities.agent {among}
"""


class Person(NamedTuple):
    """An identity as statements give it: position of the first, and the last name heard."""

    position: int
    body: bytes
    name: str | None
    named_at: int


class Known(NamedTuple):
    learner: bytes
    name: str | None


def resolve(session: Session, store: int, people: Mapping[bytes, Person]) -> dict[bytes, Known]:
    """The learner of every identity digest; those never seen before become new learners."""
    known = _known(session, store, list(people))
    # in the order of the key: two builds that meet here wait for each other, and never in a ring
    missing = sorted(digest for digest in people if digest not in known)
    if not missing:
        return known
    if session.postgresql:  # a learner's id, once given out, stays
        session.run("SET LOCAL synchronous_commit = on")
    new = {digest: os.urandom(16) for digest in missing}
    session.add(
        IDENTITIES,
        [
            (store, digest, learner, people[digest].position, people[digest].body)
            for digest, learner in new.items()
        ],
    )
    found = _known(session, store, missing)
    session.add(
        LEARNERS,
        [
            (store, learner, people[digest].position, people[digest].name)
            for digest, learner in new.items()
            if found[digest].learner == learner
        ],
    )
    return known | {
        digest: Known(one.learner, people[digest].name) for digest, one in found.items()
    }


def _known(session: Session, store: int, digests: list[bytes]) -> dict[bytes, Known]:
    return {
        agent: Known(learner, name)
        for agent, learner, name in session.among(_KNOWN, (store,), digests)
    }


def rename(
    session: Session, store: int, people: Mapping[bytes, Person], known: Mapping[bytes, Known]
) -> None:
    """Give each learner the name last heard, where it is another than the one kept."""
    heard: dict[bytes, tuple[int, str]] = {}
    for digest, person in people.items():
        if person.name is not None:
            learner = known[digest].learner
            heard[learner] = max(heard.get(learner, (-1, "")), (person.named_at, person.name))
    kept = {one.learner: one.name for one in known.values()}
    for learner, (_, name) in sorted(heard.items()):
        if kept[learner] != name:
            session.run(
                "UPDATE learners SET name = ? WHERE store = ? AND learner = ?",
                (name, store, session.id(learner)),
            )
