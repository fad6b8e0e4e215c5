"""Whom to sit down with and about what, in words."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from lrs.api.class_readings import first_reasons
from lrs.console import wording
from lrs.console.foreign import Foreign, phrase
from lrs.console.language import _, mark, ngettext
from lrs.console.teacher.cells import row_token
from lrs.console.wording import Texts
from projections.attention import ASKED, STUCK, Reason
from projections.instants import format_us

KINDS = Texts(
    {
        "asked": mark("Asked for you"),
        "stuck": mark("Stuck"),
        "slipping": mark("Slipping"),
        "due": mark("Due"),
        "silent": mark("Silent"),
        "ahead": mark("Ahead"),
    }
)
SHOWN = 3  # reasons of one learner; the rest is counted


class Told(NamedTuple):
    """A reason in one sentence. since: when. key: finds the statements behind it. skill: IRI of
    one that a step may be pinned for, and whether it is pinned; ask: id of the statement that can
    be answered; words: the learner's own."""

    kind: str
    word: str
    text: str
    since: str | None
    key: str
    n: int
    skill: str
    pinned: bool
    ask: str
    words: str


class Person(NamedTuple):
    """A learner with their reasons, what matters most first. token: stands for them in addresses.
    more: how many are not shown."""

    id: str
    token: str
    name: str
    kind: str
    told: list[Told]
    more: int


Names = Callable[[str], str]


def people(
    found: Mapping[str, Sequence[Reason]],
    names: Names,
    who: Mapping[str, str],
    words: Mapping[int, str],
    pins: Mapping[str, Collection[str]],
    whole: str = "",
) -> list[Person]:
    """Everybody with a reason, those first who matter most; learners by id. pins: what is pinned
    for them. whole: token of somebody of whom every reason is shown."""
    by_learner: dict[str, list[Reason]] = {}
    for learner, reason in first_reasons(found):
        by_learner.setdefault(learner, []).append(reason)
    made = []
    for learner, some in by_learner.items():
        token, pinned = row_token(learner), pins.get(learner, ())
        shown = some if token == whole else _varied(some)
        told = [_told(one, names, words, pinned) for one in shown]
        made.append(
            Person(learner, token, who[learner], some[0].kind, told, len(some) - len(shown))
        )
    return made


def wish(what: str, about: str | None, names: Names) -> str:
    """What a learner asked for, as a sentence without its end."""
    one = Reason(ASKED, what, about, None, "", 1, {})
    return _SENTENCES[f"{ASKED}.{what}"](one, names(about) if about else "")


def _varied(some: Iterable[Reason]) -> list[Reason]:
    """All wishes, and one of each kind before a second of any."""
    found = list(some)
    first: list[Reason] = []
    for one in found:
        if one.kind == ASKED or one.kind not in {other.kind for other in first}:
            first.append(one)
    rest = [one for one in found if one not in first]
    asked = len([one for one in found if one.kind == ASKED])
    return [*first, *rest][: max(SHOWN, asked)]


def counts(found: Mapping[str, Sequence[Reason]]) -> list[tuple[str, str, int]]:
    """Kind, its word, and how many learners it concerns."""
    return [
        (kind, KINDS[kind], n)
        for kind in KINDS
        if (n := len([1 for some in found.values() if any(one.kind == kind for one in some)]))
    ]


def named_in(found: Mapping[str, Sequence[Reason]]) -> set[str]:
    """Skills and goals that the reasons speak of."""
    return {one.about for some in found.values() for one in some if one.about}


def positions(found: Mapping[str, Sequence[Reason]]) -> list[int]:
    """Of the wishes, to look up what was written."""
    return [
        int(one.figures["position"]) for some in found.values() for one in some if one.kind == ASKED
    ]


def _told(one: Reason, names: Names, words: Mapping[int, str], pinned: Collection[str]) -> Told:
    about = names(one.about) if one.about else ""
    return Told(
        one.kind, KINDS[one.kind], _SENTENCES[f"{one.kind}.{one.code}"](one, about),
        format_us(one.since_us), one.key, one.n,
        one.about if one.kind == STUCK and one.about else "",
        one.kind == STUCK and one.about in pinned,
        (one.statement or "") if one.kind == ASKED else "",
        Foreign(wording.plain(words.get(int(one.figures.get("position", -1)), ""), 300)),
    )  # fmt: skip


def _number(one: Reason, name: str) -> str:
    return wording.number(one.figures[name])


def _days(one: Reason) -> str:
    return wording.count(round(one.figures["days"]), "day")


_SENTENCES: Mapping[str, Callable[[Reason, str], str]] = {
    "asked.help": lambda _one, about: (
        phrase(_("Asks for help with {skill}"), skill=about) if about else _("Asks for help")
    ),
    "asked.talk": lambda _one, about: (
        phrase(_("Would like to talk about {skill}"), skill=about)
        if about
        else _("Would like to talk")
    ),
    "stuck.not_secured": lambda one, about: phrase(
        ngettext(
            "{skill}: {n} answer, and not secure yet",
            "{skill}: {n} answers, and not secure yet",
            one.n,
        ),
        skill=about,
        n=_number(one, "answers"),
    ),
    "stuck.no_gain": lambda _one, about: phrase(
        _("{skill}: no gain over the last answers"), skill=about
    ),
    "slipping.slipping": lambda one, about: phrase(
        _("{skill} was secure; now likely right {share}"),
        skill=about,
        share=wording.percent_below(one.figures["p"]),
    ),
    "due.talk": lambda _one, _about: _("You meant to talk again"),
    "due.agreement": lambda one, _about: ngettext(
        "{n} agreement is past its day",
        "{n} agreements are past their day",
        one.figures["agreements"],
    ).format(n=_number(one, "agreements")),
    "due.goal_past": lambda _one, about: phrase(
        _("“{goal}” has ended, and nobody said how it went"), goal=about
    ),
    "due.behind": lambda one, about: phrase(
        _("{days} behind their own plan “{goal}”"), days=_days(one), goal=about
    ),
    "due.review": lambda one, about: phrase(
        _("{skill} is to be looked at again within {days}"), skill=about, days=_days(one)
    ),
    "silent.silent": lambda one, _about: _(
        "Nothing since {day}; their usual pause is at most {usual}"
    ).format(
        day=wording.date(format_us(one.since_us) or ""),
        usual=wording.count(round(one.figures["usual"]), "day"),
    ),
    "ahead.plan": lambda one, about: phrase(
        _("{days} ahead of their own plan “{goal}”"), days=_days(one), goal=about
    ),
    "ahead.secured": lambda one, _about: ngettext(
        "{n} skill became secure this week, more than is usual of them",
        "{n} skills became secure this week, more than is usual of them",
        one.figures["secured"],
    ).format(n=_number(one, "secured")),
    "ahead.secured_last_week": lambda one, _about: ngettext(
        "{n} skill became secure last week, more than is usual of them",
        "{n} skills became secure last week, more than is usual of them",
        one.figures["secured"],
    ).format(n=_number(one, "secured")),
}
