"""What could come next, with its reason in one sentence, for the learner to decide over."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lrs.api.services import Services
from lrs.console import reasons, wording
from lrs.console.language import mark
from lrs.console.learner.whom import Whom
from lrs.console.names import Names
from lrs.console.wording import Texts
from lrs.storage.views.next_steps import Given
from projections.policy import Suggestions, suggest
from projections.policy_basis import Basis, basis
from projections.policy_weights import CURRENT

_KINDS = Texts(
    {
        "practise": mark("Practise"),
        "review": mark("Look at again"),
        "prerequisite": mark("First things first"),
        "example": mark("See how it is done"),
        "talk": mark("Talk"),
        "explore": mark("Try something new"),
    }
)
_TERMS = Texts(
    {
        "goal_fit": mark("part of a goal"),
        "readiness": mark("ready for it"),
        "progress": mark("recent progress"),
        "interest": mark("declared interest"),
        "variety": mark("something different"),
        "fatigue": mark("much of it just now"),
    }
)


class Term(NamedTuple):
    """What speaks for or against a suggestion, in the policy's points."""

    label: str
    points: str
    n: str


class Step(NamedTuple):
    """A suggestion. item: the activity that it is done with, link: the same if that is an address.
    evidence: the figure behind it."""

    kind: str
    word: str
    skill: str
    name: str
    why: str
    own: bool
    by: str
    link: str
    terms: list[Term]
    score: str
    item: str
    evidence: str
    n: int


class Next(NamedTuple):
    """items: what is suggested. following: what "something else" leads to. given, known, found:
    what it was worked out from, to record that it was offered."""

    items: list[Step]
    following: list[Step]
    given: Given
    known: Basis
    found: Suggestions


def of(services: Services, about: Whom, names: Names, at_us: int) -> Next:
    """What the policy says at this moment; nothing is recorded by it."""
    given = services.next_steps.now(about.store, about.id)
    known = basis(about.id, given.rows, given.events, at_us, given.knowledge)
    found = suggest(known, given.course, CURRENT, given.examples)
    told = found.plain()
    names.learn(_named(told))
    return Next(
        [_step(one, names, about.own) for one in told["items"]],
        [_step(one, names, about.own) for one in told["something_else"]],
        given,
        known,
        found,
    )


def _named(told: Mapping[str, Any]) -> set[str]:
    """Skills and activities that the suggestions speak of."""
    found: set[str] = set()
    for one in (*told["items"], *told["something_else"]):
        found.update(part for part in (one["skill"], one["about"]) if part)
        found.update(one["reason"]["parameters"].get("before", ()))
        found.update(one["activities"][:1])
    return found


def _step(one: Mapping[str, Any], names: Callable[[str], str], own: bool) -> Step:
    skill = one["skill"] or ""
    asked = {part: names(part) for part in _of(one)}
    return Step(
        one["kind"],
        _KINDS.get(one["kind"], wording.plain(one["kind"])),
        skill,
        names(skill) if skill else _KINDS["talk"],
        reasons.sentence(one["reason"], asked, own),
        one["own"],
        one["by"],
        _address(one["activities"]),
        [_term(term) for term in one["terms"] if term["points"]],
        wording.number(one["score"], 2),
        one["activities"][0] if one["activities"] else "",
        one["evidence"][0] if one["evidence"] else "",
        (one["standing"] or {}).get("n", 0),
    )


def _of(one: Mapping[str, Any]) -> set[str]:
    parameters = one["reason"]["parameters"]
    found = {one["skill"], one["about"], *parameters.get("before", ())}
    return {part for part in found if part}


def _address(activities: list[str]) -> str:
    """Where it is done: an address of the web, never another kind."""
    first = activities[0] if activities else ""
    return first if first.startswith(("https://", "http://")) else ""


def _term(term: Mapping[str, Any]) -> Term:
    label = _TERMS.get(term["name"], wording.plain(term["name"]))
    return Term(label, wording.signed(term["points"]), wording.number(term["n"]))
