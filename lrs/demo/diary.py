"""Where the statements of one learner gather, with ids that are the same every time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from lrs.demo.calendar import Term, written
from lrs.demo.vocabulary import Value, verb

NAMESPACE: Final = UUID("0b6f3c1e-58a7-5f0d-9c59-2f1d9f0f6a11")


def statement_id(key: str) -> str:
    return str(uuid5(NAMESPACE, key))


class Told(NamedTuple):
    """A statement, and when it arrived at the store in the story. key: what its id is made of."""

    arrives: datetime
    key: str
    statement: Value


@dataclass(slots=True)
class Diary:
    """owner: part of every key. Keys run: what somebody did first has the lower number."""

    owner: str
    term: Term
    told: list[Told] = field(default_factory=list)
    number: int = 0

    def tell(
        self,
        actor: Value,
        verb_iri: str,
        target: Value,
        when: datetime,
        *,
        arrives: datetime | None = None,
        result: Value | None = None,
        context: Value | None = None,
    ) -> str:
        """Write a statement down; its id. What lies after the term is left out."""
        self.number += 1
        key = f"{self.owner}/{self.number}"
        made: dict[str, Any] = {"id": statement_id(key), "actor": actor, "verb": verb(verb_iri)}
        made["object"] = target
        if result:
            made["result"] = result
        if context:
            made["context"] = context
        made["timestamp"] = written(when)
        if when < self.term.ends:
            self.told.append(Told(when if arrives is None else arrives, key, made))
        return str(made["id"])

    def again(self, id_: str, arrives: datetime) -> None:
        """Tell the same statement once more, as a sender does that missed the answer."""
        for told in reversed(self.told):
            if told.statement["id"] == id_:
                self.told.append(told._replace(arrives=arrives))
                return
