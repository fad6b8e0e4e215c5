"""/groups/{store}/{id}/compare, pace, independence: one figure beside another, each learner
against their own past or plan; every figure opens what it rests on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from lrs.api.class_readings import Class, Member, disputed_events
from lrs.console import wording
from lrs.console.foreign import joined
from lrs.console.language import _, ngettext
from lrs.console.learner.story import InQuestion
from lrs.console.pages import Console
from lrs.console.teacher import whose
from lrs.storage.administration.people import Person
from projections.attention import usual_gap
from projections.events import LearningEvent
from projections.figures import quantile
from projections.instants import format_us
from projections.read_class import lately_since_us

_OPEN = ("set", "revised")
UNKNOWN = "–"
_OFTEN = 3


class Fact(NamedTuple):
    """A figure in words. note: what to compare it with. key: finds the statements behind it; empty
    where there are none. since: it only rests on what happened from then on. questioned: the
    learner says that a statement behind it is wrong."""

    text: str
    note: str = ""
    key: str = ""
    since: str | None = None
    questioned: bool = False


class Row(NamedTuple):
    id: str
    name: str
    facts: list[Fact]


NOTHING = Fact(UNKNOWN)


def compared(console: Console, request: Request, person: Person) -> Response:
    """Each learner's last four weeks against their own four before."""
    about = whose.whose(console, request, person, "compare")
    whole = whose.read(console.services, about, "mastery", "pace", "story")
    return _page(
        console, person, about, whole, "compare",
        [_("Skills that became secure"), _("Answers"), _("Days with activity"), _("Active time")],
        [Row(one.id, whose.name_of(one), _compare(one)) for one in whole.members],
        band=_band(whole.members),
    )  # fmt: skip


def paced(console: Console, request: Request, person: Person) -> Response:
    """Plan against earned, pauses, unusual durations, and how well times are known."""
    about = whose.whose(console, request, person, "pace")
    whole = whose.read(console.services, about, "mastery", "pace", "story")
    names = whose.names_for(console.services, about.store)
    read = [(one, one.pace()) for one in whole.members]
    names.learn({plan["goal"] for _one, told in read for plan in told["plans"]})
    return _page(
        console, person, about, whole, "pace",
        [_("Own plan"), _("Days without activity"), _("This week"),
         _("Answers that took unusually long or short"), _("Times as reported")],
        [Row(one.id, whose.name_of(one), _pace(one, told, names)) for one, told in read],
    )  # fmt: skip


def alone(console: Console, request: Request, person: Person) -> Response:
    """What learners do on their own, where help was on offer and logged."""
    about = whose.whose(console, request, person, "independence")
    whole = whose.read(console.services, about, "independence", "story")
    return _page(
        console, person, about, whole, "independence",
        [_("Right at the first try, unaided"), _("Against what was expected"), _("Help avoided"),
         _("Help not needed"), _("Started by themselves"), _("Talks")],
        [Row(one.id, whose.name_of(one), _independence(one)) for one in whole.members],
    )  # fmt: skip


def _page(
    console: Console, person: Person, about: whose.Whose, whole: Class, page: str,
    heads: Sequence[str], rows: Sequence[Row], band: Sequence[Fact] = (),
) -> Response:  # fmt: skip
    disputed = disputed_events(console.services, about.store, whole.members)
    rows, unknown = said_once(heads, [noted(row, disputed.get(row.id, ())) for row in rows])
    return console.renderer.page(
        "teacher_table.html", person=person, heads=heads, rows=rows, band=band, unknown=unknown,
        **whose.shared(console.services, about, whole, page),
    )  # fmt: skip


def noted(row: Row, disputed: Sequence[LearningEvent]) -> Row:
    """The row, each fact marked that rests on one of the disputed statements."""
    found = InQuestion(disputed)
    return row._replace(
        facts=[one._replace(questioned=found.uses(one.key, one.since)) for one in row.facts]
    )


def said_once(heads: Sequence[str], rows: Sequence[Row]) -> tuple[list[Row], list[tuple[str, str]]]:
    """Why nothing is known, once for a column where it would stand again and again: the rows
    without it, and the head of each such column with the reason."""
    made, once = [row._replace(facts=list(row.facts)) for row in rows], []
    for at, head in enumerate(heads):
        unknown = [row.facts for row in made if row.facts[at].text == UNKNOWN]
        notes = {facts[at].note for facts in unknown}
        if len(unknown) < _OFTEN or len(notes) != 1 or notes == {""}:
            continue
        for facts in unknown:
            facts[at] = NOTHING
        once.append((head, notes.pop()))
    return made, once


_SPANS: Sequence[tuple[str, str, Callable[[float], str]]] = (
    ("secured", "pace.secured", lambda value: wording.number(round(value))),
    ("answers", "pace.opportunities", lambda value: wording.number(round(value))),
    ("active_days", "pace.activity", lambda value: wording.number(round(value))),
    ("active_seconds", "pace.active_seconds", wording.length),
)


def _compare(one: Member) -> list[Fact]:
    lately, made = one.lately(), []
    since = format_us(lately_since_us(one.at_us))
    for name, key, how in _SPANS:
        if lately.now is None:
            made.append(Fact(UNKNOWN, _("less than a week is known")))
            continue
        now = getattr(lately.now, name)
        if lately.before is None or lately.before.n < lately.now.n:
            note = _("nothing to compare with yet")
        else:
            note = _("before: {amount}").format(amount=how(getattr(lately.before, name)))
        made.append(Fact(how(now), note, key, since))
    return made


def _band(members: Sequence[Member]) -> list[Fact]:
    """Between which amounts the middle of the group lies; of fewer than five, nothing is said."""
    spans = [span for one in members if (span := one.lately().now) is not None]
    if len(spans) < 5:
        return []
    made = []
    for name, _key, how in _SPANS:
        values = [float(getattr(span, name)) for span in spans]
        low, high = quantile(values, 0.2) or 0.0, quantile(values, 0.8) or 0.0
        made.append(Fact(_("{low} to {high}").format(low=how(low), high=how(high))))
    return made


def _pace(one: Member, told: Mapping[str, Any], names: Callable[[str], str]) -> list[Fact]:
    silent, usual = told["inactive_days"], usual_gap(one.rows.of("pace").get("") or {})[0]
    note = (
        ""
        if usual is None
        else _("usual pause: at most {days}").format(days=wording.count(round(usual), "day"))
    )
    gone = silent["value"]
    return [
        _plan(told["plans"], names),
        NOTHING if gone is None else Fact(wording.number(gone), note, silent["figure"]),
        _week(told["this_week_seconds"]),
        _unusual(told["expected_duration"]),
        _quality(told["active_seconds"]),
    ]


def _plan(plans: Sequence[Mapping[str, Any]], names: Callable[[str], str]) -> Fact:
    """The open plan that is furthest off its line; goals without days count last."""
    some = [one for one in plans if one["state"] in _OPEN and one["total"]]
    if not some:
        return Fact(UNKNOWN, _("no open goal with skills"))
    one = max(some, key=lambda plan: abs(plan["days_ahead"]["value"] or 0.0))
    days, earned = one["days_ahead"]["value"], wording.number(one["earned"])
    text = _("{earned} of {total}").format(earned=earned, total=wording.number(one["total"]))
    note = names(one["goal"])
    if days is not None and round(abs(days)):
        whole = round(abs(days))
        off = (
            ngettext("{n} day ahead", "{n} days ahead", whole)
            if days > 0
            else ngettext("{n} day behind", "{n} days behind", whole)
        )
        note = joined(", ", [off.format(n=wording.number(whole)), note])
    return Fact(text, note, one["days_ahead"]["figure"])


def _week(figure: Mapping[str, Any]) -> Fact:
    if figure["value"] is None:
        return NOTHING
    usual = figure.get("usual")
    note = (
        ""
        if not usual
        else _("usual: {low} to {high}").format(
            low=wording.length(usual[0]), high=wording.length(usual[2])
        )
    )
    key = figure["figure"] if figure["n"] else ""
    return Fact(wording.length(figure["value"]), note, key, figure.get("since"))


def _unusual(figure: Mapping[str, Any]) -> Fact:
    """The share of answers that did not take what was expected of this learner."""
    if figure.get("met") is None:
        return Fact(UNKNOWN, _("no usual time of the tasks is known"))
    note = _("of {answers}").format(answers=wording.count(figure["met_n"], "answer"))
    return Fact(wording.percent(1.0 - figure["met"]), note, figure["figure"])


def _quality(figure: Mapping[str, Any]) -> Fact:
    share = (figure.get("quality") or {}).get("reported")
    if share is None:
        return NOTHING
    return Fact(wording.percent(share), _("the rest is estimated"), figure["figure"])


def _independence(one: Member) -> list[Fact]:
    told = one.independence()
    adjusted = told["difficulty_adjusted"]
    talks = told["conversations"]
    return [
        _share(told["unaided_first_success"], "step"),
        NOTHING
        if adjusted["value"] is None
        else Fact(
            wording.points(adjusted["value"]), wording.count(adjusted["n"], "step"),
            adjusted["figure"],
        ),
        _share(told["help_avoided"], "step"),
        _share(told["help_not_needed"], "step"),
        _share(told["self_initiated"], "activity"),
        NOTHING
        if talks["value"] is None
        else Fact(
            wording.number(talks["value"]),
            _("{n} at the learner's wish").format(n=wording.number(talks["begun_by_learner"] or 0)),
            talks["figure"],
        ),
    ]  # fmt: skip


def _share(figure: Mapping[str, Any], noun: str) -> Fact:
    if figure["value"] is None:
        return NOTHING
    return Fact(
        wording.percent(figure["value"]), wording.count(figure["n"], noun), figure["figure"]
    )
