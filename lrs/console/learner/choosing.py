"""The skills that somebody may choose from: those they met, and those of the course."""

from lrs.api.services import Services
from lrs.console import wording
from lrs.console.foreign import Foreign
from lrs.console.learner.readings import Read
from lrs.console.learner.whom import Whom
from lrs.console.names import Names

_MOST_SKILLS = 200


def known_skills(services: Services, about: Whom, read: Read) -> list[tuple[str, str]]:
    """Skills that the learner met, and those of the course; each with its title there, if any."""
    course = services.next_steps.now(about.store, about.id).course
    met = [one["skill"] for one in read["mastery"]["skills"]]
    found = dict.fromkeys([*met, *course.skills])
    return [(iri, course.titles.get(iri, "")) for iri in found][:_MOST_SKILLS]


def choices(skills: list[tuple[str, str]], names: Names) -> list[tuple[str, str]]:
    """For a drop-down, by name."""
    made = [(iri, Foreign(wording.plain(title)) if title else names(iri)) for iri, title in skills]
    return sorted(made, key=lambda one: (one[1].casefold(), one[0]))
