"""What another signal map would read differently: tried on the store's own statements."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.log import follow
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.follow import Logged
from lrs.storage.views.checkpoints import Checkpoints
from lrs.storage.views.failures import reason_of
from projections.observation import Observation
from projections.observe import Observed, observe
from projections.signals import SignalMap

SAMPLE: Final = 10_000
_BLOCK: Final = 500
_EXAMPLES: Final = 20
_EACH: Final = 3  # examples of one verb
_NAMED: Final = 200


@dataclass(slots=True)
class SignalChange:
    """statements: how many were looked at, of so many in the log. read: how many said something,
    with the one map and the other. differ: statements that say something else."""

    log: int
    statements: int = 0
    read: list[int] = field(default_factory=lambda: [0, 0])
    differ: int = 0
    verbs: dict[str, list[int]] = field(default_factory=dict)
    reasons: tuple[Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    examples: list[dict[str, Any]] = field(default_factory=list)
    _shown: Counter[str] = field(default_factory=Counter)

    def take(self, row: Logged, verb: str, before: Observed, after: Observed) -> None:
        self.statements += 1
        counts = self.verbs.setdefault(verb, [0, 0, 0, 0])
        counts[0] += 1
        for at, observed in enumerate((before, after)):
            if observed.unread is None:
                self.read[at] += 1
                counts[1 + at] += 1
            else:
                self.reasons[at][observed.unread] += 1
        if before != after:
            self.differ += 1
            counts[3] += 1
            self._example(row, verb, before, after)

    def _example(self, row: Logged, verb: str, before: Observed, after: Observed) -> None:
        if len(self.examples) < _EXAMPLES and self._shown[verb] < _EACH:
            self._shown[verb] += 1
            self.examples.append(
                {
                    "statement": str(UUID(bytes=row.id)),
                    "position": row.position,
                    "verb": verb,
                    "before": _said(before, after),
                    "after": _said(after, before),
                }
            )

    def plain(self) -> dict[str, Any]:
        verbs = sorted(self.verbs.items(), key=lambda one: (-one[1][3], -one[1][0], one[0]))
        return {
            "log": self.log,
            "statements": self.statements,
            "read": {"before": self.read[0], "after": self.read[1]},
            "differ": self.differ,
            "verbs": [
                {"verb": verb, "statements": n, "read_before": b, "read_after": a, "differ": d}
                for verb, (n, b, a, d) in verbs[:_NAMED]
            ],
            "reasons": {
                name: dict(counts.most_common(_NAMED))
                for name, counts in zip(("before", "after"), self.reasons, strict=True)
            },
            "examples": self.examples,
        }


def _said(observed: Observed, other: Observed) -> dict[str, Any]:
    """Why nothing was read; else the kind, and the fields in which the two differ."""
    if observed.unread is not None:
        return {"unread": observed.unread}
    if not observed.observations:
        return {}
    mine = observed.observations[0][1]
    yours = other.observations[0][1] if other.observations else None
    names = _MAIN if yours is None else Observation._fields
    said: dict[str, Any] = {"kind": mine.kind, "learners": len(observed.observations)}
    for name in names:
        value = getattr(mine, name)
        if value != (None if yours is None else getattr(yours, name)):
            said[name] = value
    return said


_MAIN: Final = ("item", "success", "score")


def compare(
    database: Database, store: Store, before: SignalMap, after: SignalMap,
    *, most: int | None = SAMPLE,
) -> SignalChange:  # fmt: skip
    """Read statements with both maps, and the words of our own profile.

    most: of a longer log, parts spread evenly; None: all.
    """
    after = after.with_profile()
    made = SignalChange(Checkpoints(database).head(store.id))
    for row in _rows(database, store, made.log, most):
        if row.document is None:
            continue  # erased
        statement = orjson.loads(row.document)
        verb = statement["verb"]["id"]
        made.take(row, verb, *(_observed(statement, row, one) for one in (before, after)))
    return made


def _observed(statement: Mapping[str, Any], row: Logged, signals: SignalMap) -> Observed:
    try:
        return observe(statement, position=row.position, stored_us=row.stored_us, signals=signals)
    except Exception as error:  # noqa: BLE001 - the observer notes it likewise and goes on
        return Observed((), reason_of(error))


def _rows(database: Database, store: Store, size: int, most: int | None) -> Iterator[Logged]:
    """The log, or blocks of it at even distances with its end among them."""
    blocks = -(-size // _BLOCK)
    wanted = blocks if most is None else min(blocks, max(1, -(-most // _BLOCK)))
    framing = framer(database)
    for number in range(wanted):
        block = (number + 1) * blocks // wanted - 1
        with database.read() as connection:
            yield from follow.read(connection, framing, store, block * _BLOCK, _BLOCK)
