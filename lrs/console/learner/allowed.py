"""Which forms of a learner's pages are for whom."""

from lrs.api.services import Services
from lrs.console.learner.whom import Whom
from lrs.storage.administration.people import Person
from lrs.storage.personal import acts

_MAY = {
    "goal": acts.SetGoal,
    "reflect": acts.Reflect,
    "pin": acts.Pin,
    "choose": acts.Choose,
    "ask": acts.AskTalk,
    "dispute": acts.Dispute,
    "settle": acts.SettleDispute,
    "share": acts.SharePlan,
}


def may_write(services: Services, about: Whom, person: Person) -> dict[str, bool]:
    """Which forms are for this person."""
    allowed = services.personal.may_write(about.store, person, about.id, _MAY.values())
    return {name: act in allowed for name, act in _MAY.items()}
