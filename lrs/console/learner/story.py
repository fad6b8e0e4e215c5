"""The learner's own story for people: with the texts, which stand in the statements alone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lrs.api.services import Services
from lrs.api.v1.evidence import events
from lrs.console import wording
from lrs.console.learner.whom import Whom
from lrs.console.names import Names
from lrs.storage.personal.words import Said
from lrs.storage.views.evidence import learning_events
from projections.reading import read_story
from projections.signals import OWN_LEARNING

_TEXTS = 30  # of each kind that are shown with their words
_LONGEST = 4_000


class Words(NamedTuple):
    """Something that was written. about: a name, or empty. used: by how many a work
    was used."""

    statement: str
    at: str
    about: str
    text: str
    link: str = ""
    used: int = 0


def read(services: Services, about: Whom, at_us: int) -> dict[str, Any]:
    rows = services.views.rows(about.store, about.id, "story")
    return read_story(dict(rows.rows), at_us, rows.knowledge)


def named_in(story: Mapping[str, Any]) -> set[str]:
    """Everything in it that may have a name."""
    return {
        *(one["skill"] for part in ("picks", "pins") for one in story[part]),
        *(one["about"] for part in ("interests", "asks", "reflections") for one in story[part]
          if one["about"]),
        *(one["work"] for one in story["works"]),
        *(one["plan"] for part in ("shared", "shared_with") for one in story[part]),
    }  # fmt: skip


def reflections(
    services: Services, about: Whom, story: Mapping[str, Any], names: Names
) -> list[Words]:
    some = story["reflections"][:_TEXTS]
    said = services.personal.texts(about.store, [one["position"] for one in some])
    return [
        Words(one["statement"], one["at"], _about(one["about"], names),
              _text(said[one["position"]]), used=0, link="")
        for one in some
    ]  # fmt: skip


def works(services: Services, about: Whom, story: Mapping[str, Any], names: Names) -> list[Words]:
    some = story["works"][:_TEXTS]
    said = services.personal.texts(about.store, [one["position"] for one in some])
    made = []
    for one in some:
        told = said[one["position"]]
        link = told.url if told is not None else ""
        address = link if link.startswith(("https://", "http://")) else ""
        title = wording.plain(told.title) if told is not None and told.title else names(one["work"])
        made.append(Words(one["statement"], one["at"], title, _text(told), address, one["used"]))
    return made


def _about(iri: str | None, names: Names) -> str:
    return names(iri) if iri and iri != OWN_LEARNING else ""


def _text(said: Said | None) -> str:
    """What was written, line by line; empty once it is erased."""
    if said is None:
        return ""
    return "\n".join(wording.plain(line, _LONGEST) for line in said.text.split("\n"))


def disputes(services: Services, about: Whom, at_us: int) -> list[Mapping[str, Any]]:
    """Those that nobody has settled yet; the newest first."""
    return [one for one in read(services, about, at_us)["disputes"] if one["open"]]


def in_question(services: Services, about: Whom, story: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the figures that a statement in question is behind."""
    disputed = {one["disputed"] for one in story["disputes"] if one["open"]}
    if not disputed:
        return frozenset()
    bodies = learning_events(services.database, about.store, about.id)
    return frozenset(
        key for event in events(bodies) if event.statement_id in disputed for key in event.counts
    )
