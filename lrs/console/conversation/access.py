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

    Raises Forbidden for whoever does not see the learner or to whom they are shown without words,
    and for analysts: a talk is between the learner and their teachers; what it changes in the views
    is open to them like the rest.
    """
    sight.check_learner(services, store, person, learner)
    if not sight.reads_words(services, store, person, learner):
        raise Forbidden(_("This learner is shown to you without what was said and written."))
    own = services.personal.is_own(store, person, learner)
    if person.role == "analyst" and not own:
        raise Forbidden(_("Conversations are open to the learner and their teachers."))
    looked(services, store, person, "conversation", learner)
    if own:
        return Part.LEARNER
    if person.role == "administrator":
        return Part.TEACHER
    shown = sight.only_shown(services, store, person, learner)
    return Part.READER if shown else Part.TEACHER
