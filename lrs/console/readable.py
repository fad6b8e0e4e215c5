"""The record that somebody takes along to read: one page without script, image or link.

Whatever a statement holds is text here: everything is escaped, and the page's own policy lets
nothing run. It speaks of the learner by name, for whoever keeps it.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from lrs.api.services import Services
from lrs.console import independence, mastery, pace, verbs, wording
from lrs.console.conversation import words
from lrs.console.conversation.history import talks
from lrs.console.foreign import Foreign, joined
from lrs.console.language import Reader, _, reading
from lrs.console.learner import settled, story
from lrs.console.learner.readings import subjects
from lrs.console.learner.whom import Whom, named
from lrs.console.names import Names
from lrs.console.rendering import Renderer
from lrs.storage.administration.people import account_of
from lrs.storage.personal.record import Document, Record, Statement
from lrs.xapi.json import load
from lrs.xapi.references import identity
from lrs.xapi.timestamps import format_us
from projections.signals import PROFILE

_RENDERER: Final = Renderer("")
_STYLE: Final = _RENDERER.text("record.css")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'"
_SOME = 200  # statements whose names are looked up together
_SHORT = 60  # of an answer that stands among the results
_UNSAFE = re.compile("[^a-z0-9]+")
_VOICES = PROFILE + "extensions/voices"
_AGREED = PROFILE + "extensions/agreed"


class Row(NamedTuple):
    """A statement. who: who did it, where it was not the learner. said: what was written in it,
    one paragraph a voice."""

    when: str
    who: str
    verb: str
    object: str
    result: str
    said: list[str]
    position: int
    voided: bool


class Kept(NamedTuple):
    """A document that a tool keeps."""

    name: str
    about: str
    updated: str


def file_name(name: str, made: str, kind: str) -> str:
    """For people to find it again: by the learner's name, in letters that every system takes.
    made: a timestamp; the day is the reader's."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = _UNSAFE.sub("-", letters.lower()).strip("-")[:60].rstrip("-")
    return "-".join(filter(None, ["record", slug, f"{wording.local(made):%Y-%m-%d}"])) + f".{kind}"


def parts(
    services: Services, about: Whom, whole: Mapping[str, Any], found: Record, reader: Reader
) -> Iterator[str]:
    """The page, piece by piece. whole: as the JSON has it before documents and statements.

    Each piece is made for the reader, in whichever thread it is asked for.
    """
    made: Iterator[str] | None = None
    while True:
        with reading(reader):
            if made is None:
                made = _RENDERER.parts(
                    "record_kept.html", **_content(services, about, whole, found)
                )
            some = next(made, None)
        if some is None:
            return
        yield some


def _content(
    services: Services, about: Whom, whole: Mapping[str, Any], found: Record
) -> dict[str, Any]:
    names, told, read = named(services, about.store), whole["story"], whole["views"]
    names.learn(subjects(read) | story.named_in(told))
    questions = story.questions(services, about, told, names, closed=True)
    return {
        "policy": POLICY, "style": Markup(_STYLE), "whole": whole, "about": about,  # noqa: S704
        "who": about.name, "name_of": names,
        "skills": mastery.skills(read["mastery"], names),
        "pace": pace.groups(read["pace"]),
        "plans": pace.plans(read["pace"], names),
        "independence": independence.groups(read["independence"]),
        "goals": independence.goals(read["independence"], names),
        "preferences": read["independence"]["preferences"],
        "talks": talks(services, about.store, about.id), "words": words, "cleaned": story.cleaned,
        "reflections": story.reflections(services, about, told, names),
        "works": story.works(services, about, told, names),
        "asks": _asks(services, about, told, names),
        "questions": [(one, settled.sentence(about, one)) for one in questions],
        "lists": _lists(told, names),
        "documents": _documents(found.documents(), services, about),
        "statements": _Rows(services, about, told).rows(found.statements()),
    }  # fmt: skip


class Ask(NamedTuple):
    what: str
    about: str
    since: str
    ended: str
    text: str


def _asks(services: Services, about: Whom, told: Mapping[str, Any], names: Names) -> list[Ask]:
    said = services.personal.texts(about.store, [one["position"] for one in told["asks"]])
    made = []
    for one in told["asks"]:
        ended = ""
        if one["ended"]:
            text = _("taken back on {day}") if one["how"] == "withdrawn" else _("seen to on {day}")
            ended = text.format(day=wording.date(one["ended"]))
        what = _("Asked to talk.") if one["what"] == "talk" else _("Asked for help.")
        words_ = said[one["position"]]
        text = story.cleaned(words_.text) if words_ is not None else ""
        made.append(Ask(what, story.subject(one["about"], names), one["since"], ended, text))
    return made


def _lists(told: Mapping[str, Any], names: Names) -> list[tuple[str, list[tuple[str, str]]]]:
    """What else was said in a press: a title, and of each a name and since when."""
    found = [
        (_("Own list"), [(names(one["skill"]), one["since"]) for one in told["picks"]]),
        (_("Pinned"), [(names(one["skill"]), one["since"]) for one in told["pins"]]),
        (_("Interests"), [(joined(": ", (names(one["about"]), _liked(one["value"]))), one["since"])
                          for one in told["interests"]]),
        (_("Shared plans"), [(names(one["plan"]), one["since"]) for one in told["shared"]]),
        (_("Plans of others"), [(names(one["plan"]), one["since"])
                                for one in told["shared_with"]]),
    ]  # fmt: skip
    return [(title, some) for title, some in found if some]


def _liked(value: Any) -> str:
    if isinstance(value, int | float) and value:
        return _("liked") if value > 0 else _("not liked")
    return Foreign(wording.plain(value, 60))


def _documents(some: Iterable[Document], services: Services, about: Whom) -> Iterator[Kept]:
    for one in some:
        names = named(services, about.store)
        names.learn([one.activity] if one.activity else [])
        of = names(one.activity) if one.activity else ""
        yield Kept(wording.plain(one.name), of, format_us(one.updated_us))


class _Rows:
    """Statements in words. What the story tells of already, talks above all, is not told twice."""

    def __init__(self, services: Services, about: Whom, told: Mapping[str, Any]) -> None:
        self._services, self._about = services, about
        self._own = {identity(one) for one in about.learner.agents}
        self._people = {account_of(one): one.name for one in services.people.list()}
        self._told = {
            one["statement"] for part in ("conversations", "reflections", "works", "asks")
            for one in told[part]
        }  # fmt: skip
        self._names = named(services, about.store)

    def rows(self, statements: Iterable[Statement]) -> Iterator[Row]:
        each = iter(statements)
        while some := list(islice(each, _SOME)):
            values = [load(one.document) for one in some]
            self._names = named(self._services, self._about.store)
            self._names.learn(iri for value in values if (iri := _thing(value).get("id")))
            for one, value in zip(some, values, strict=True):
                yield self._row(one, value)

    def _row(self, told: Statement, value: Mapping[str, Any]) -> Row:
        result = dict(value.get("result") or {})
        known = value["id"] in self._told
        said = [] if known else _spoken(value)
        if known or len(result.get("response", "")) > _SHORT:
            said = [one for one in (result.pop("response", ""), *said) if one and not known]
        return Row(
            value.get("timestamp") or value.get("stored") or "",
            self._who(value["actor"]), verbs.told(value["verb"], self._names),
            self._object(value), wording.result(result), [story.cleaned(one) for one in said],
            told.position, told.voided,
        )  # fmt: skip

    def _who(self, actor: Mapping[str, Any]) -> str:
        """Empty for the learner."""
        if identity(actor) in self._own:
            return ""
        account = actor.get("account") or {}
        return self._people.get(account.get("name", "")) or wording.agent_name(actor)

    def _object(self, value: Mapping[str, Any]) -> str:
        target = value["object"]
        kind = target.get("objectType", "Activity")
        if kind == "StatementRef":
            return self._referred(target["id"])
        if kind == "SubStatement":
            return _("a statement within")
        thing = _thing(value)
        if not thing:
            return wording.agent_name(target)
        name = self._names.text((thing.get("definition") or {}).get("name"))
        return name or self._named(thing["id"])

    def _named(self, iri: str) -> str:
        name = self._names(iri)
        if iri.startswith("urn:uuid:") and name == wording.last_part(iri):
            return _("something without a name")
        return name

    def _referred(self, statement: str) -> str:
        """What another statement says, in short."""
        stored = self._services.search.get(self._about.store, statement)
        if stored is None:
            return _("another statement")
        value = load(stored.document)
        if value["object"].get("objectType") == "StatementRef":
            return _("another statement")
        self._names.learn(iri for iri in [_thing(value).get("id")] if iri)
        verb = verbs.told(value["verb"], self._names)
        return joined("", ("“", joined(" ", (verb, self._object(value))), "”"))


def _thing(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The activity that a statement is about; of one about somebody, what it names beside them."""
    target: Mapping[str, Any] = value.get("object") or {}
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return target
    if kind not in ("Agent", "Group"):
        return {}
    others = ((value.get("context") or {}).get("contextActivities") or {}).get("other")
    found = others[0] if isinstance(others, list) and others else others
    return found if isinstance(found, Mapping) else {}


def _spoken(value: Mapping[str, Any]) -> list[str]:
    """What was said and agreed in a talk."""
    extensions = (value.get("context") or {}).get("extensions") or {}
    found = []
    for name in (_VOICES, _AGREED):
        some = extensions.get(name)
        for one in some if isinstance(some, list) else ():
            text = one.get("text") if isinstance(one, Mapping) else None
            if isinstance(text, str) and text:
                found.append(text)
    return found
