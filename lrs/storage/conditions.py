"""The conditions of a search, and the ways in which a statement can meet each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lrs.storage.keys import Keys


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
    vouched: whether an authority that names the agent counts too.
    """

    name: str
    related: bool = False
    vouched: bool = False

    def column(self, number: int) -> str:
        return f"{self.name} = :c{number}"

    def drivers(self, number: int) -> list[str]:
        """Index scans over what meets the condition other than by its column."""
        found = [f"SELECT position FROM keys WHERE key = :k{number} AND store = :store"]
        if self.related:
            found.append(f"SELECT position FROM keys WHERE key = :r{number} AND store = :store")
        if self.vouched:
            found.append(
                "SELECT position FROM log WHERE store = :store AND authority IN "
                f"(SELECT authority FROM authority_agents WHERE agent = :c{number})"
            )
        return found

    def test(self, number: int) -> str:
        """Whether row `l` meets the condition in any way."""
        ways = [f"l.{self.name} = :c{number}", _in_keys(f":k{number}")]
        if self.related:
            ways.append(_in_keys(f":r{number}"))
        if self.vouched:
            ways.append(
                f"l.authority IN (SELECT authority FROM authority_agents WHERE agent = :c{number})"
            )
        return f"({' OR '.join(ways)})"


def _in_keys(parameter: str) -> str:
    return f"EXISTS (SELECT 1 FROM keys k WHERE k.key = {parameter} AND k.position = l.position)"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with the digests it looks for."""

    shape: Shape
    key: bytes
    related: bytes | None = None

    def parameters(self, number: int, id16: Callable[[bytes], Any]) -> dict[str, Any]:
        found = {f"c{number}": id16(self.key), f"k{number}": id16(self.key)}
        if self.related is not None:
            found[f"r{number}"] = id16(self.related)
        return found


def conditions(wanted: Wanted, keys: Keys) -> list[Condition]:
    """The conditions a filter sets, most selective kinds first."""
    found = []
    if wanted.registration is not None:
        found.append(Condition(Shape("registration"), keys.registration(wanted.registration)))
    if wanted.agent is not None:
        related = keys.related_agent(wanted.agent) if wanted.related_agents else None
        shape = Shape("agent", wanted.related_agents, vouched=wanted.related_agents)
        found.append(Condition(shape, keys.agent(wanted.agent), related))
    if wanted.activity is not None:
        related = keys.related_activity(wanted.activity) if wanted.related_activities else None
        found.append(
            Condition(
                Shape("activity", wanted.related_activities),
                keys.activity(wanted.activity),
                related,
            )
        )
    if wanted.verb is not None:
        found.append(Condition(Shape("verb"), keys.verb(wanted.verb)))
    return found
