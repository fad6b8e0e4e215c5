"""Whose statements are whose: learners whose identities are joined, as of any position.

Every identity has a learner of its own for ever, and what is told of it is kept under that id.
Joined, several of them are one person: the *survivor*, the one of them whom the store knew first,
stands for all, and folds what was told of any. Separated, each has again exactly its own. So a
change is a change of who belongs to whom from a position on, and nothing is ever moved or lost.

`identity_acts` keeps what the log says; `identity_changes` what followed: from `position` on,
`learner` belongs to `survivor`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lrs.storage import schema
from lrs.storage.database.bulk import Bulk
from lrs.storage.database.session import Session

ACTS = Bulk(schema.identity_acts, "store", "position", "joins", "learners")
CHANGES = Bulk(schema.identity_changes, "store", "learner", "position", "survivor")

_ID = 16
END = 2**62
"""After every position."""


class Act(NamedTuple):
    """A statement at `position` that joins these identities, or separates the one, by digests."""

    position: int
    joins: bool
    agents: tuple[bytes, ...]


class Change(NamedTuple):
    """From `position` on, what is told of `learner` is told of `survivor`, and not of `before`."""

    position: int
    learner: bytes
    before: bytes
    survivor: bytes


_SURVIVORS = """
SELECT learner, survivor FROM identity_changes AS latest
WHERE store = ? AND position < ? AND NOT EXISTS (
  SELECT 1 FROM identity_changes AS later WHERE later.store = latest.store
  AND later.learner = latest.learner AND later.position > latest.position AND later.position < ?)
  AND {column} {among}
"""
_OF_LEARNERS = _SURVIVORS.replace("{column}", "learner")
_OF_SURVIVORS = _SURVIVORS.replace("{column}", "survivor")


def survivors(
    session: Session, store: int, learners: Sequence[bytes], below: int = END
) -> dict[bytes, bytes]:
    """Who each learner belongs to, as the log was below a position; themselves, if nobody else."""
    found = dict(session.among(_OF_LEARNERS, (store, below, below), learners))
    return {learner: found.get(learner, learner) for learner in learners}


def members(
    session: Session, store: int, learners: Sequence[bytes], below: int = END
) -> dict[bytes, list[bytes]]:
    """Whose observations each learner folds, as the log was below a position; sorted.

    Nobody's for one who belongs to somebody else.
    """
    own = survivors(session, store, learners, below)
    made: dict[bytes, list[bytes]] = {
        learner: [learner] if own[learner] == learner else [] for learner in learners
    }
    for learner, survivor in session.among(_OF_SURVIVORS, (store, below, below), learners):
        if learner != survivor:
            made[survivor].append(learner)
    return {learner: sorted(names) for learner, names in made.items()}


def observe(
    session: Session, store: int, acts: Sequence[Act], learner_of: Mapping[bytes, bytes],
    *, start: int, end: int,
) -> list[Change]:  # fmt: skip
    """Keep what statements from `start` up to `end` say of identities; what changed there.

    learner_of: identity → its own learner. Also looks at which earlier statements were voided
    in this part of the log: from there on they have no effect.
    """
    session.add(
        ACTS,
        [
            (store, act.position, int(act.joins), b"".join(learner_of[one] for one in act.agents))
            for act in acts
        ],
    )
    # what is kept counts, also of a statement that has been erased since
    if session.row(_CONCERNED, (store, start, end) * 2) is None:
        return []
    changes = _changes(session, store, start, end)
    session.add(CHANGES, [(store, one.learner, one.position, one.survivor) for one in changes])
    return changes


_CONCERNED = """
SELECT position FROM identity_acts WHERE store = ? AND position >= ? AND position < ?
UNION ALL
SELECT acts.position FROM voided JOIN identity_acts AS acts
  ON acts.store = voided.store AND acts.position = voided.position
WHERE voided.store = ? AND voided."by" >= ? AND voided."by" < ?
LIMIT 1
"""
_ACTS = """
SELECT position, joins, learners,
  (SELECT min("by") FROM voided
   WHERE voided.store = acts.store AND voided.position = acts.position)
FROM identity_acts AS acts WHERE store = ? AND position < ? ORDER BY position
"""
_FIRST = "SELECT learner, position FROM learners WHERE store = ? AND learner {among}"


class _Kept(NamedTuple):
    """A statement as kept. voided_at: from this position on it has no effect."""

    position: int
    joins: bool
    learners: tuple[bytes, ...]
    voided_at: int


class _Groups:
    """Who belongs together. first: what makes a learner the survivor, the least of a group."""

    def __init__(self, first: Mapping[bytes, tuple[int, bytes]]) -> None:
        self._first = first
        self._groups: dict[bytes, frozenset[bytes]] = {}

    def apply(self, act: _Kept) -> frozenset[bytes]:
        """Join or separate; everybody whom that concerns."""
        groups = self._groups
        whole = frozenset(act.learners).union(
            *(groups.get(one, frozenset()) for one in act.learners)
        )
        if act.joins:
            groups.update(dict.fromkeys(whole, whole))
        else:
            alone = frozenset(act.learners)
            groups.update(dict.fromkeys(alone, alone))
            groups.update(dict.fromkeys(whole - alone, whole - alone))
        return whole

    def survivor(self, learner: bytes) -> bytes:
        group = self._groups.get(learner, (learner,))
        return min(group, key=lambda one: self._first.get(one, (END, one)))


def followed(session: Session, store: int, end: int) -> list[Change]:
    """What all that is kept of identities before `end` came to: `identity_changes`, made again."""
    return _changes(session, store, 0, end)


def _changes(session: Session, store: int, start: int, end: int) -> list[Change]:
    """What every position from `start` up to `end` changes, in order."""
    acts = [
        _Kept(position, bool(joins), _split(bytes(learners)), END if by is None else by)
        for position, joins, learners, by in session.rows(_ACTS, (store, end))
    ]
    everybody = sorted({learner for act in acts for learner in act.learners})
    first = {row[0]: (row[1], row[0]) for row in session.among(_FIRST, (store,), everybody)}
    groups = _belonging(acts, start, first)
    known = {learner: groups.survivor(learner) for learner in everybody}
    at = {act.position: act for act in acts}
    found: list[Change] = []
    for position in sorted({*at, *(act.voided_at for act in acts)}):
        if not start <= position < end:
            continue
        act = at.get(position)
        if act is not None and act.voided_at > position:
            concerned: Iterable[bytes] = sorted(groups.apply(act))
        else:  # something is taken back: what came after it may mean something else now
            groups, concerned = _belonging(acts, position + 1, first), everybody
        for learner in concerned:
            survivor = groups.survivor(learner)
            if survivor != known[learner]:
                found.append(Change(position, learner, known[learner], survivor))
                known[learner] = survivor
    return found


def _belonging(
    acts: Iterable[_Kept], below: int, first: Mapping[bytes, tuple[int, bytes]]
) -> _Groups:
    """Who belongs together as the log was below a position."""
    groups = _Groups(first)
    for act in acts:
        if act.position < below <= act.voided_at:
            groups.apply(act)
    return groups


def _split(learners: bytes) -> tuple[bytes, ...]:
    return tuple(learners[at : at + _ID] for at in range(0, len(learners), _ID))
