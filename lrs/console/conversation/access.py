"""Who may open a learner's conversations, and who may write in them."""

from enum import Enum

from lrs.api.looking import looked
from lrs.api.services import Services
from lrs.console import sight
from lrs.console.language import _
from lrs.errors import Forbidden
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store


class Part(Enum):
    """What somebody is in a conversation."""

    LEARNER = "learner"  # writes what they say
    TEACHER = "teacher"  # writes the whole sheet
    READER = "reader"  # reads what was shared


def part_of(services: Services, store: Store, person: Person, learner: str) -> Part:
    """What this person is in this learner's conversations.

    Raises Forbidden for whoever does not see the learner, and for analysts: a talk is between the
    learner and their teachers; what it changes in the views is open to them like the rest.
    """
    sight.check_learner(services, store, person, learner)
    looked(services, store, person, "conversation", learner)
    if services.personal.is_own(store, person, learner):
        return Part.LEARNER
    if person.role == "administrator":
        return Part.TEACHER
    if person.role == "analyst":
        raise Forbidden(_("Conversations are open to the learner and their teachers."))
    return Part.TEACHER if person.role == "teacher" else Part.READER
