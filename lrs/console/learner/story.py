"""The learner's own story for people: with the texts, which stand in the statements alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from lrs.api.services import Services
from lrs.api.v1.evidence import events
from lrs.console import wording
from lrs.console.foreign import Foreign, joined
from lrs.console.learner.whom import Whom
from lrs.console.names import Names
from lrs.console.told import tell
from lrs.storage.personal.words import Said
from lrs.storage.views.evidence import events_of
from projections.events import LearningEvent
from projections.instants import parse_us
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
    """The story as `read_story` gives it, as of now, evaluated at a moment."""
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
    """The last ones, with their words for whoever may read them."""
    some = story["reflections"][:_TEXTS]
    said = _said(services, about, some)
    return [
        Words(one["statement"], one["at"], subject(one["about"], names),
              _text(said[one["position"]]), used=0, link="")
        for one in some
    ]  # fmt: skip


def works(services: Services, about: Whom, story: Mapping[str, Any], names: Names) -> list[Words]:
    """The last things made for others. Only an address of the web becomes a link."""
    some = story["works"][:_TEXTS]
    said = _said(services, about, some)
    made = []
    for one in some:
        told = said[one["position"]]
        link = told.url if told is not None else ""
        address = link if link.startswith(("https://", "http://")) else ""
        written = wording.plain(told.title) if told is not None else ""
        title = Foreign(written) if written else names(one["work"])
        made.append(Words(one["statement"], one["at"], title, _text(told), address, one["used"]))
    return made


def _said(
    services: Services, about: Whom, some: Sequence[Mapping[str, Any]]
) -> dict[int, Said | None]:
    """The words of these, by position; none for whom they are not."""
    positions = [one["position"] for one in some]
    if not about.worded:
        return dict.fromkeys(positions)
    return services.personal.texts(about.store, positions)


def subject(iri: str | None, names: Names) -> str:
    return names(iri) if iri and iri != OWN_LEARNING else ""


def _text(said: Said | None) -> str:
    """What was written, line by line; empty once it is erased."""
    if said is None:
        return ""
    return cleaned(said.text)


def cleaned(text: str) -> str:
    """What somebody wrote, line by line, without invisible signs."""
    return Foreign("\n".join(wording.plain(line, _LONGEST) for line in text.split("\n")))


class Question(NamedTuple):
    """A statement that the learner says is wrong. statement: id of what says so; disputed: of what
    is said to be wrong, what it tells in words, and what that is about. text: why. how, settled:
    what came of it and when, if anything.
    """

    statement: str
    disputed: str
    since: str
    open: bool
    how: str
    tells: str
    about: str
    text: str
    settled: str | None


def questions(
    services: Services, about: Whom, story: Mapping[str, Any], names: Names, *,
    closed: bool = False, of: Collection[str] | None = None,
) -> list[Question]:  # fmt: skip
    """The newest first. closed: those, too, that were settled. of: only those about these
    statements."""
    some = [
        one for one in story["disputes"]
        if (closed or one["open"]) and (of is None or one["disputed"] in of)
    ][:_TEXTS]  # fmt: skip
    if not some:
        return []
    said = _said(services, about, some)
    made = []
    for one in some:
        stored = services.search.get(about.store, one["disputed"])
        told = (
            None
            if stored is None
            else tell(orjson.loads(stored.document), names, worded=about.worded)
        )
        words = (told.verb, told.object, told.result) if told else ()
        made.append(
            Question(
                one["statement"], one["disputed"], one["since"], one["open"], one["how"] or "",
                joined(" ", (part for part in words if part)), told.object if told else "",
                _text(said[one["position"]]),
                one["settled"],
            )
        )  # fmt: skip
    return made


class InQuestion(Mapping[str, list[int]]):
    """The figures that a statement in question is behind, by key, with when that happened (µs)."""

    def __init__(self, disputed: Iterable[LearningEvent]) -> None:
        self._found: dict[str, list[int]] = {}
        for event in disputed:
            for key in event.counts:
                self._found.setdefault(key, []).append(event.event_us)

    def __getitem__(self, key: str) -> list[int]:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def uses(self, key: str, since: str | None) -> bool:
        """Whether a figure rests on one. since: it only rests on what happened from then on."""
        since_us = parse_us(since) if since else None
        return any(since_us is None or at >= since_us for at in self._found.get(key, ()))


def in_question(services: Services, about: Whom, story: Mapping[str, Any]) -> InQuestion:
    """The figures that rest on a statement which is disputed, and not settled yet."""
    disputed = {one["disputed"] for one in story["disputes"] if one["open"]}
    if not disputed:
        return InQuestion(())
    found = events_of(services.database, about.store, {about.id: disputed})[about.id]
    return InQuestion(one for one in events(found) if one.statement_id in disputed)
