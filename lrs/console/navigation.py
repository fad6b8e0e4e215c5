"""Where somebody may go from any page, by their role; to their own page, if they learn as well."""

import re
from typing import NamedTuple

from lrs.console.language import _, mark, reader
from lrs.storage.administration.people import Person


class Link(NamedTuple):
    """parts: of the address below the console's own. here: `page`, or `true` for what lies under
    it; empty elsewhere."""

    text: str
    parts: tuple[str, ...]
    here: str


_LEARNER = (
    (mark("My page"), ("me",)),
    (mark("Goals"), ("me", "goals")),
    (mark("My record"), ("me", "record")),
)
_TEACHER = (
    (mark("My groups"), ("groups",)),
    (mark("Learners"), ("learners",)),
)
_ANALYST = (
    (mark("Learners"), ("learners",)),
    (mark("Calibrations"), ("calibrations",)),
)
_ADMINISTRATOR = (
    (mark("Learners"), ("learners",)),
    (mark("Groups"), ("groups",)),
    (mark("People"), ("people",)),
    (mark("Calibrations"), ("calibrations",)),
    (mark("Audit"), ("audit",)),
)
_LINKS = {
    "learner": _LEARNER,
    "teacher": _TEACHER,
    "coach": _TEACHER,
    "analyst": _ANALYST,
    "administrator": _ADMINISTRATOR,
}


# Learners see no learner's pages but their own, which /me leads to.
_OWN = re.compile("^/learners/.+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/|$)")


def navigation(person: Person) -> list[Link]:
    """The links of the main navigation, in order; the page itself is marked."""
    path = reader().path.partition("?")[0].rstrip("/")
    if person.role == "learner":
        path = _OWN.sub("/me", path)
    links = _LINKS[person.role]
    if person.learns and person.role != "learner":
        links = (*links, _LEARNER[0])
    found = [Link(_(text), parts, _here(parts, path)) for text, parts in links]
    exact = [one for one in found if one.here == "page"]
    return [one if one in exact or not exact else one._replace(here="") for one in found]


def _here(parts: tuple[str, ...], path: str) -> str:
    own = "/" + "/".join(parts)
    if path == own or (not path and parts == ("learners",)):
        return "page"
    return "true" if path.startswith(own + "/") else ""
