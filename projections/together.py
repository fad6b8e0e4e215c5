"""Answers given together are all predicted before any of them is folded (projections.md)."""

from typing import Any, Final

from projections.mastery import S_ACTIVE_S, S_TRAIL, Record
from projections.observation import Observation

KEPT: Final = 100  # skills of answers given together, which bounds the state


def key_of(o: Observation) -> list[Any] | None:
    """What answers given together share; None of one that was given alone.

    The same registration and parent attempt (not a course), and one POST. `stored` grows by a
    microsecond a position within a commit and jumps between commits, so statements of one POST
    share the difference of the two.
    """
    if o.registration is None or o.parent is None or o.parent == o.course:
        return None
    return [o.registration, o.parent, o.stored_us - o.position]


class Before:
    """What was known before the answers given together began."""

    __slots__ = ("_skills", "overall")

    def __init__(self, overall: Record, skills: dict[str, Record] | None) -> None:
        self.overall = overall
        self._skills = skills

    def records(self, names: tuple[str, ...], live: list[Record]) -> list[Record]:
        """The records of these skills as they were then."""
        if self._skills is None:
            return live
        found = []
        for name, record in zip(names, live, strict=True):
            known = self._skills.get(name)
            if known is None:
                known = record
                if len(self._skills) < KEPT:
                    known = self._skills[name] = _frozen(record)
            found.append(known)
        return found


def _frozen(record: Record) -> Record:
    """A copy that the fold does not reach, without the lists in it: shared, they would go on
    changing, but not once they were saved and read in between. No prediction needs them."""
    copied = record.copy()
    copied[S_TRAIL], copied[S_ACTIVE_S] = [], []
    return copied


def before(together: list[Any] | None, o: Observation, overall: Record) -> tuple[Any, Before]:
    """What `state.together` becomes, and what an answer is predicted from."""
    key = key_of(o)
    if key is None:
        return None, Before(overall, None)
    if together is None or together[0] != key:
        together = [key, overall.copy(), {}]
    return together, Before(together[1], together[2])
