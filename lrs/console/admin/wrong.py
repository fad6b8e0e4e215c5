"""What was wrong with a form, in the reader's language."""

from lrs.console import reasons
from lrs.console.language import _
from lrs.errors import Conflict, LrsError, NotFound


def name_of_person(error: LrsError) -> str:
    if isinstance(error, Conflict):
        return _("Somebody has this name already. Choose another one, such as with a number.")
    return _("A name has from 1 to 200 characters that can be seen.")


def name_of_group(error: LrsError) -> str:
    if isinstance(error, Conflict):
        return _("The store has a group of this name already.")
    return _("A name has from 1 to 200 characters that can be seen.")


def learner(text: str, error: LrsError) -> str:
    """Of a text that was to name a learner. What is wrong within JSON is said in English."""
    if isinstance(error, NotFound):
        return _("No learner of this store has this id.")
    if text.startswith("{"):
        return reasons.message(error.message)
    return _("This is no mail address, no learner's id, and no Agent as JSON.")
