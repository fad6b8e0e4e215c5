"""The skills of an activity, and the records of those a learner has met."""

from typing import Any, Final

from projections.knowledge import Knowledge
from projections.mastery import new_skill
from projections.observation import Observation

KEPT: Final = 300  # skills of a learner; the one longest unused makes room

Record = list[Any]


def skills_of(o: Observation, knowledge: Knowledge) -> tuple[tuple[str, ...], bool]:
    """The skills, and whether they are more than a stand-in ("not aligned").

    First that says something: the store's alignment; what the statement names; the parent; the
    activity itself (architecture.md, Skills of an activity).
    """
    if o.item is not None and o.item in knowledge.alignment:
        return knowledge.alignment[o.item], True
    if o.objectives:
        return o.objectives, True
    if o.parent is not None:
        return (o.parent,), False
    return ((o.item,), False) if o.item is not None else ((), False)


def records(skills: dict[str, Record], names: tuple[str, ...], aligned: bool) -> list[Record]:
    """The records of these skills, now the latest used; new ones for those never met."""
    found = []
    for name in names:
        record = skills.pop(name, None)
        if record is None:
            record = new_skill(aligned)
        skills[name] = record
        found.append(record)
    while len(skills) > KEPT:
        del skills[next(iter(skills))]
    return found
