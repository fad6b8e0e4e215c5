"""Observe: what a batch of the log says about learning. The work of one worker a store."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.log.follow import Logged
from lrs.storage.views.builds import Build
from lrs.storage.views.failures import reason_of, tell
from lrs.storage.views.joining import Act
from lrs.storage.views.learners import Person
from lrs.storage.views.observations import Harvest, Observations, Step, Told
from lrs.xapi.references import identity
from projections.identities import IdentityChange
from projections.observe import observe
from projections.signals import SignalMap
from workers.memory import without_collection

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
ERASED, ANONYMOUS = "erased", "anonymous"

_log = logging.getLogger(__name__)


class Observer:
    """Reads a store's log with one signal map and keeps what it says as observations."""

    def __init__(self, observations: Observations, signals: SignalMap, limit: int) -> None:
        self._observations = observations
        self._signals = signals
        self._limit = limit

    def step(self, store: Store, build: Build) -> Step | None:
        """Observe the next batch. None: another worker is observing this store."""
        with without_collection():
            return self._observations.step(
                store, build, self._limit, lambda rows: harvest(store, rows, self._signals)
            )


def harvest(store: Store, rows: Sequence[Logged], signals: SignalMap) -> Harvest:
    """A function of the rows and the signal map alone. A statement that cannot be read does not
    stop those after it, nor does it say anything by halves."""
    made = Harvest([], {}, [], [])
    for row in rows:
        told, acts = len(made.told), len(made.acts)
        try:
            reason = _read(store, row, signals, made)
        except MemoryError:  # says nothing of the statement
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is noted as unread
            del made.told[told:], made.acts[acts:]
            tell(_log, store, row.position, error)
            reason = reason_of(error)
        if reason is not None:
            made.unread.append((row.position, reason))
    return made


def _read(store: Store, row: Logged, signals: SignalMap, made: Harvest) -> str | None:
    """Add what a statement says; the reason if it says nothing."""
    if row.document is None:
        return ERASED
    statement = orjson.loads(row.document)
    if statement["verb"]["id"] == VOIDED:
        made.voids.append((row.position, UUID(statement["object"]["id"]).bytes))
    observed = observe(statement, position=row.position, stored_us=row.stored_us, signals=signals)
    reason = observed.unread
    for agent, observation in observed.observations:
        digest = _meet(store, made.people, agent, row.position)
        if digest is None:
            reason = ANONYMOUS
            continue
        body = orjson.dumps(observation.plain())
        made.told.append(Told(digest, observation.event_us, row.position, body))
    if observed.enrolled is not None:
        _meet(store, made.people, observed.enrolled, row.position)
    if observed.identities is not None:
        made.acts.append(_act(store, made.people, observed.identities, row.position))
    return reason


def _act(store: Store, people: dict[bytes, Person], change: IdentityChange, position: int) -> Act:
    """A statement that joins or separates identities, each of which has an identifier."""
    found = [_meet(store, people, agent, position) for agent in change.agents]
    return Act(position, change.joins, tuple(one for one in found if one is not None))


def _meet(
    store: Store, people: dict[bytes, Person], agent: Mapping[str, Any], position: int
) -> bytes | None:
    """Note whom an observation is about; the digest of their identity, None without one."""
    who = identity(agent)
    if who is None:
        return None
    digest = store.keys.agent(who)
    name = agent.get("name")
    known = people.get(digest)
    if known is None:
        body = orjson.dumps(agent)
        people[digest] = Person(position, body, _clean(name), position)
    elif name and name != known.name:
        people[digest] = Person(known.position, known.body, _clean(name), position)
    return digest


def _clean(name: str | None) -> str | None:
    """PostgreSQL has no U+0000 in text."""
    return name.replace("\x00", "") or None if name else None
