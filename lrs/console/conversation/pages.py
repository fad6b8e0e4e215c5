"""/learners/{store}/{id}/conversation: the sheet, what was saved of it, and earlier talks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lrs.api.services import now_us
from lrs.console import wording
from lrs.console.browsing import store_named
from lrs.console.conversation import access, history, points, saving, sheet, since, words
from lrs.console.conversation.access import Part
from lrs.console.conversation.since import Followed
from lrs.console.conversation.statements import goal_iri
from lrs.console.conversation.talks import Agreement, Prepared, Talk, to_follow
from lrs.console.fitted import fitted
from lrs.console.forms import TOLD, Fields
from lrs.console.language import _
from lrs.console.learner import story
from lrs.console.learner.readings import (
    progress_of,
    read_at,
    rows_of,
    subjects,
    targets_of,
)
from lrs.console.learner.story import InQuestion
from lrs.console.learner.whom import Whom
from lrs.console.names import Names
from lrs.console.pages import Console
from lrs.console.rendering import HEADERS
from lrs.errors import Forbidden, NotFound
from lrs.storage.administration.people import Person
from lrs.storage.administration.stores import Store
from lrs.storage.views.reading import Learner


class Prompt(NamedTuple):
    """One of the three. nothing: what to say when no figure stands out."""

    view: str
    title: str
    question: str
    nothing: str
    points: list[points.Point]
    prepared: list[Prepared]


class Open(NamedTuple):
    """What a request is about."""

    store: Store
    learner: Learner
    part: Part
    names: Names


def shown(console: Console, request: Request, person: Person) -> Response:
    """The sheet, empty but for what was said before."""
    opened = _open(console, request, person)
    saved = request.query_params.get("saved")
    said = ""
    if saved is not None:
        said = words.saved(own=opened.part is Part.LEARNER)
    return _sheet(console, person, opened, sheet.blank(), saved=said)


def saved(console: Console, request: Request, person: Person, given: Fields) -> Response:
    """Write what was filled in, or show it again with what is wrong."""
    opened = _open(console, request, person)
    if opened.part is Part.READER:
        raise Forbidden(_("What was shared with you is for reading."))
    filled, made = sheet.read(given, words.today())
    if made is None:
        return _sheet(console, person, opened, filled, status=422)
    place = ("learners", opened.store.name, opened.learner.id, "conversation")
    whom = (console.services, opened.store, person, opened.learner.id)
    try:
        save = saving.prepare if opened.part is Part.LEARNER else saving.talk
        save(*whom, made, _talks(console, opened))
    except saving.Saved:
        return _once_more(console, person, opened, filled)
    to = console.renderer.url(*place, saved="1")
    return RedirectResponse(f"{to}#{TOLD}", 303, headers=HEADERS)


def _once_more(console: Console, person: Person, opened: Open, filled: sheet.Filled) -> Response:
    """Somebody went back and changed what was saved: they may save it as another talk."""
    filled.values["talk"] = sheet.blank()["talk"]
    filled.wrong["form"] = _(
        "This talk was saved before, with other words. Save again to keep these as another one."
    )
    return _sheet(console, person, opened, filled, status=409)


def past(console: Console, request: Request, person: Person) -> Response:
    """One talk as it was saved."""
    opened = _open(console, request, person)
    wanted = request.path_params["talk"]
    talks = _talks(console, opened)
    at = next((at for at, one in enumerate(talks) if one.id == wanted), None)
    if at is None:
        raise NotFound(_("There is no such talk."))
    found, before = talks[at], next(iter(talks[at + 1 :]), None)
    who, read, own = _name(opened.learner), _read(console, opened), opened.part is Part.LEARNER
    prepared = history.prepared(console.services, opened.store, opened.learner.id, before, found)
    return console.renderer.page(
        "conversation_talk.html",
        person=person,
        store=opened.store.name,
        learner=opened.learner,
        who=who,
        own=own,
        talk=found,
        idea=words.idea(found.began, own=own),
        goal=_goal_of(found, opened, read),
        prepared=prepared,
        agreed=_followed(console, opened, [(found, one) for one in found.agreed], read),
        disputed=_disputed(console, opened),
        words=words,
    )


def _goal_of(talk: Talk, opened: Open, read: dict[str, Any]) -> list[str]:
    """For when the goal of the talk was set, and for which skills; as it is now."""
    iri = goal_iri(talk.id)
    plan = next((one for one in read["pace"]["plans"] if one["goal"] == iri), None)
    if plan is None:
        return []
    skills = read["targets"].get(iri, [])
    opened.names.learn(skills)
    due = [_("due {day}").format(day=wording.date(plan["due"]))] if plan["due"] else []
    return [*due, *(opened.names(one) for one in skills)]


def _open(console: Console, request: Request, person: Person) -> Open:
    """Raises NotFound, Forbidden."""
    services = console.services
    store = store_named(services, request.path_params["store"])
    learner = services.views.learner(store, request.path_params["learner"])
    part = access.part_of(services, store, person, learner.id)
    return Open(store, learner, part, Names(services.definitions, store))


def _sheet(
    console: Console, person: Person, opened: Open, filled: sheet.Filled,
    *, saved: str = "", status: int = 200,
) -> Response:  # fmt: skip
    services, store, learner = console.services, opened.store, opened.learner
    read, told = _read(console, opened), _talks(console, opened)
    last = told[0] if told else None
    opened.names.learn(subjects(read))
    return console.renderer.page(
        "conversation.html",
        status,
        person=person,
        store=store.name,
        learner=learner,
        who=_name(learner),
        own=opened.part is Part.LEARNER,
        may_write=opened.part is not Part.READER,
        filled=filled,
        saved=saved,
        progress=read["progress"],
        fitted=fitted(services, store),
        prompts=_prompts(console, opened, read, last),
        last=last,
        followed=_followed(console, opened, to_follow(told), read),
        disputed=_disputed(console, opened),
        talks=told,
        skills=_skills(read, opened.names),
        goals=_goals(read, opened.names),
        longest=sheet.LONGEST,
        longest_line=sheet.LONGEST_LINE,
        agreements=sheet.AGREEMENTS,
        words=words,
    )


def _talks(console: Console, opened: Open) -> list[Talk]:
    return history.talks(console.services, opened.store, opened.learner.id)


def _prompts(
    console: Console, opened: Open, read: dict[str, Any], last: Talk | None
) -> list[Prompt]:
    services, store, learner = console.services, opened.store, opened.learner.id
    before = datetime.now(UTC) - points.LATELY if last is None else wording.moment(last.at)
    wishes = history.wishes(services, store, learner, now_us())
    opened.names.learn(one.about for one in wishes if one.about)
    found = {
        "mastery": points.mastery(read["mastery"], read["pace"], opened.names, before),
        "pace": points.pace(read["pace"], opened.names),
        "independence": points.independence(
            read["independence"], wishes, opened.names, own=opened.part is Part.LEARNER
        ),
    }
    prepared = history.prepared(services, store, learner, last)
    questions = words.questions()
    nothing = (
        _("No figure stands out. Begin with what matters to you.")
        if opened.part is Part.LEARNER
        else _("No figure stands out. Begin with what the learner brings.")
    )
    return [
        Prompt(view, title, questions[view], nothing, found[view],
               [one for one in prepared if one.prompt == view])
        for view, title in words.titles().items()
    ]  # fmt: skip


def _read(console: Console, opened: Open) -> dict[str, Any]:
    """The three views of one moment; `targets`: the skills of each goal; `progress`: what of the
    log is in them."""
    rows = rows_of(console.services, opened.store, opened.learner.id)
    return {
        **read_at(rows, now_us()),
        "targets": targets_of(rows["pace"]),
        "progress": progress_of(rows),
    }


def _disputed(console: Console, opened: Open) -> InQuestion:
    """Keys of the figures that a statement in question is behind."""
    about = Whom(opened.store, opened.learner, opened.part is Part.LEARNER)
    return story.in_question(console.services, about, story.read(console.services, about, now_us()))


def _followed(
    console: Console,
    opened: Open,
    agreed: Sequence[tuple[Talk, Agreement]],
    read: dict[str, Any],
) -> list[Followed]:
    opened.names.learn(one.about for _talk, one in agreed if one.about)
    return since.followed(
        console.services, opened.store, opened.learner.id, agreed, read["mastery"], opened.names
    )


def _skills(read: dict[str, Any], names: Names) -> list[tuple[str, str]]:
    found = [(one["skill"], names(one["skill"])) for one in read["mastery"]["skills"]]
    return sorted(found, key=lambda pair: (pair[1].casefold(), pair[0]))


def _goals(read: dict[str, Any], names: Names) -> list[tuple[str, str]]:
    return [
        (one["goal"], names(one["goal"]))
        for one in read["independence"]["goals"]
        if one["state"] in wording.OPEN_GOALS
    ]


def _name(learner: Learner) -> str:
    told = wording.plain(learner.name or "")
    return told or wording.agent_name(learner.agents[0] if learner.agents else {})
