"""The conditions of a search, and the ways in which a statement can meet each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from lrs.storage.log.entries import short
from lrs.storage.log.keys import Keys


class Wanted(Protocol):
    """The part of a filter that is about keys."""

    @property
    def agent(self) -> str | None: ...
    @property
    def verb(self) -> str | None: ...
    @property
    def activity(self) -> str | None: ...
    @property
    def registration(self) -> str | None: ...
    @property
    def related_agents(self) -> bool: ...
    @property
    def related_activities(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """A condition without its values: what its SQL depends on.

    name: the column of `log`. related: whether rows of `keys` of the related kind count too.
    authorities: how many authorities name the agent, whose statements then count too.
    """

    name: str
    related: bool = False
    authorities: int = 0

    def column(self, number: int) -> str:
        return f"{self.name} = :c{number}"

    def by_column(self, number: int) -> str:
        """Index scan over what meets the condition by its column."""
        return f"SELECT position FROM log WHERE store = :store AND {self.column(number)}"

    def by_key(self, number: int) -> list[str]:
        """Index scans over what meets the condition in every other way."""
        found = [f"SELECT position FROM keys WHERE key = :k{number} AND store = :store"]
        if self.related:
            found.append(f"SELECT position FROM keys WHERE key = :r{number} AND store = :store")
        found += [
            f"SELECT position FROM log WHERE store = :store AND authority = :a{number}_{index}"
            for index in range(self.authorities)
        ]
        return found

    def test(self, number: int) -> str:
        """Whether position `d.position` meets the condition in any way, the likeliest first.

        Each way is one descent of an index; the row itself is not needed.
        """
        ways = [_in_log(self.column(number)), _in_keys(f":k{number}")]
        if self.related:
            ways.insert(0, _in_keys(f":r{number}"))
        ways += [_in_log(f"authority = :a{number}_{index}") for index in range(self.authorities)]
        return f"({' OR '.join(ways)})"


# Scalar subqueries, not EXISTS: PostgreSQL would turn an EXISTS under OR into a hash of every row
# with the key, whose cost grows with the log.
def _in_log(test: str) -> str:
    return (
        "(SELECT l.position FROM log l WHERE l.store = :store "
        f"AND l.position = d.position AND l.{test}) IS NOT NULL"
    )


def _in_keys(parameter: str) -> str:
    return (
        f"(SELECT k.position FROM keys k WHERE k.key = {parameter} "
        "AND k.position = d.position) IS NOT NULL"
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with the digests it looks for."""

    shape: Shape
    key: int
    related: int | None = None
    authorities: tuple[int, ...] = ()

    def parameters(self, number: int) -> dict[str, int]:
        found = {f"c{number}": self.key, f"k{number}": self.key}
        if self.related is not None:
            found[f"r{number}"] = self.related
        for index, authority in enumerate(self.authorities):
            found[f"a{number}_{index}"] = authority
        return found


def conditions(
    wanted: Wanted, keys: Keys, authorities_of: Callable[[bytes], Sequence[int]]
) -> list[Condition]:
    """The conditions a filter sets.

    authorities_of: numbers of the authorities that name the agent with this key.
    """
    found = []
    if wanted.registration is not None:
        key = short(keys.registration(wanted.registration))
        found.append(Condition(Shape("registration"), key))
    if wanted.agent is not None:
        digest = keys.agent(wanted.agent)
        if wanted.related_agents:
            vouched = tuple(authorities_of(digest))
            shape = Shape("agent", related=True, authorities=len(vouched))
            related = short(keys.related_agent(wanted.agent))
            found.append(Condition(shape, short(digest), related, vouched))
        else:
            found.append(Condition(Shape("agent"), short(digest)))
    if wanted.activity is not None:
        key = short(keys.activity(wanted.activity))
        if wanted.related_activities:
            related = short(keys.related_activity(wanted.activity))
            found.append(Condition(Shape("activity", related=True), key, related))
        else:
            found.append(Condition(Shape("activity"), key))
    if wanted.verb is not None:
        found.append(Condition(Shape("verb"), short(keys.verb(wanted.verb))))
    return found
