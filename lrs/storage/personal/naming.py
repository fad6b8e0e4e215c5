"""Names of what an act makes: they follow from its statement's id, so that the act sent again is
the same act, and not a second goal."""

import uuid
from dataclasses import replace

from lrs.storage.personal import acts


def named(act: acts.Act, statement_id: str) -> acts.Act:
    """The act with a name for whatever it makes and does not name: a goal, a plan, a work, what is
    agreed in a conversation."""
    made = uuid.UUID(statement_id)
    if isinstance(act, acts.SetGoal) and act.goal is None:
        return replace(act, goal=_iri(made, "goal"))
    if isinstance(act, acts.SetPlan) and act.plan is None:
        return replace(act, plan=_iri(made, "plan"))
    if isinstance(act, acts.ShareWork) and act.work is None:
        return replace(act, work=_iri(made, "work"))
    if isinstance(act, acts.Converse):
        agreements = tuple(
            one if one.id is not None else replace(one, id=_id(made, f"agreed/{at}"))
            for at, one in enumerate(act.agreements)
        )
        return replace(act, agreements=agreements)
    return act


def name_of(act: acts.Act) -> str | None:
    """The IRI of the goal, plan or work that an act is about or makes; None of other acts."""
    for name in ("goal", "plan", "work"):
        found = getattr(act, name, None)
        if isinstance(found, str) and not isinstance(act, acts.Converse):
            return found
    return None


def _iri(statement: uuid.UUID, what: str) -> str:
    return f"urn:uuid:{_id(statement, what)}"


def _id(statement: uuid.UUID, what: str) -> str:
    return str(uuid.uuid5(statement, what))
