"""What another alignment changes: which activities, and whose figures with them.

Only who has met an activity whose skills change is folded again.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from lrs.storage.administration.stores import Store
from lrs.storage.alignment.alignment import Alignment, Names
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.views import joining
from lrs.storage.views.builds import Builds

_EXAMPLES = 20
_NAMED = 100
_KINDS = ("answer", "hint", "solution")  # what the fold asks skills of


class AlignmentChange(NamedTuple):
    """activities: of each that changes, its skills before and after. met: those of them that
    statements tell of. learners: who met one. figures: pairs of a learner and a skill to which
    something is added or from which something is taken."""

    activities: dict[str, tuple[Names, Names]]
    met: int
    learners: int
    figures: int
    new_skills: list[str]
    gone_skills: list[str]
    prerequisites: tuple[int, int]

    def plain(self) -> dict[str, Any]:
        added = sum(1 for before, _ in self.activities.values() if not before)
        removed = sum(1 for _, after in self.activities.values() if not after)
        return {
            "activities": {
                "added": added,
                "removed": removed,
                "changed": len(self.activities) - added - removed,
                "met": self.met,
                "examples": [
                    {"activity": item, "before": list(before), "after": list(after)}
                    for item, (before, after) in sorted(self.activities.items())[:_EXAMPLES]
                ],
            },
            "skills": {
                "new": self.new_skills[:_NAMED],
                "gone": self.gone_skills[:_NAMED],
            },
            "prerequisites": {"added": self.prerequisites[0], "removed": self.prerequisites[1]},
            "learners": self.learners,
            "figures": self.figures,
        }


def changed(before: Mapping[str, Names], after: Mapping[str, Names]) -> dict[str, Any]:
    """Activities whose skills differ, and their skills before and after; none is empty."""
    return {
        item: (before.get(item, ()), after.get(item, ()))
        for item in before.keys() | after.keys()
        if before.get(item, ()) != after.get(item, ())
    }


def compare(
    database: Database, store: Store, before: Alignment, after: Alignment
) -> AlignmentChange:
    """What changes in a store's current views when one alignment takes another's place."""
    activities = changed(before.items, after.items)
    with database.snapshot() as connection:
        session = Session(connection)
        build = Builds(database).current(store.id)
        pairs = touching(session, store.id, build, activities)
        survivor = joining.survivors(session, store.id, list({one for one, _ in pairs}))
    figures = {
        (survivor[learner], skill)
        for learner, item in pairs
        for skill in {*activities[item][0], *activities[item][1]}
    }
    old, new = set(before.skills), set(after.skills)
    links = [
        {(skill, one) for skill, names in each.prerequisites.items() for one in names}
        for each in (before, after)
    ]
    return AlignmentChange(
        activities,
        len({item for _, item in pairs}),
        len({survivor[learner] for learner, _ in pairs}),
        len(figures),
        sorted(new - old),
        sorted(old - new),
        (len(links[1] - links[0]), len(links[0] - links[1])),
    )


_TOUCHING_POSTGRESQL = """
SELECT DISTINCT learner, body::json->>5 FROM observations WHERE store = ? AND build = ?
  AND position >= ?
  AND body::json->>4 IN (SELECT json_array_elements_text(?::json))
  AND body::json->>5 IN (SELECT json_array_elements_text(?::json))
"""
_TOUCHING_SQLITE = """
SELECT DISTINCT learner, json_extract(body, '$[5]') FROM observations WHERE store = ? AND build = ?
  AND position >= ?
  AND json_extract(body, '$[4]') IN (SELECT value FROM json_each(?))
  AND json_extract(body, '$[5]') IN (SELECT value FROM json_each(?))
"""


def touching(
    session: Session, store: int, build: int, items: Collection[str], *, since: int = 0
) -> list[tuple[bytes, str]]:
    """Who was told of with one of these activities in a way that skills matter for, by their own
    learner, and with which; from the position `since` on."""
    if not items:
        return []
    sql = _TOUCHING_POSTGRESQL if session.postgresql else _TOUCHING_SQLITE
    rows = session.rows(sql, (store, build, since, json.dumps(_KINDS), json.dumps(sorted(items))))
    return [(row[0], row[1]) for row in rows]
