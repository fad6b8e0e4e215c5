"""What a group is, for whoever makes groups, shares them or reads them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group of learners in one store. iri: the activity that statements name."""

    id: int
    name: str
    iri: str = ""
