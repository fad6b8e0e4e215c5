"""What happened since a talk, about each thing that was agreed in it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lrs.api.services import Services
from lrs.api.v1.evidence import events
from lrs.console import wording
from lrs.console.conversation.talks import Agreement, Talk
from lrs.console.language import _, ngettext
from lrs.storage.administration.stores import Store
from lrs.storage.views.evidence import learning_events
from lrs.xapi.timestamps import parse_us


class Followed(NamedTuple):
    """An agreement, and the evidence since. at: of the talk in which it was made. since: in words,
    empty for what no figure is about. since_n: statements since; key: finds them."""

    agreed: Agreement
    at: str
    about_name: str
    since: str
    since_n: int
    key: str


def followed(
    services: Services,
    store: Store,
    learner: str,
    agreed: Sequence[tuple[Talk, Agreement]],
    mastery: Mapping[str, Any],
    names: Callable[[str], str],
) -> list[Followed]:
    """Agreements, each with what the record shows since the talk in which it was made."""
    if not agreed:
        return []
    told = [*events(learning_events(services.database, store, learner))]
    skills = {one["skill"]: one for one in mastery["skills"]}
    made = []
    for talk, one in agreed:
        since_us = parse_us(talk.at)
        key = f"mastery:{one.about}" if one.about in skills else f"goal:{one.about}"
        n = 0
        if one.about:
            n = sum(event.event_us >= since_us and event.counts_for(key) for event in told)
        text = _words(n, skills.get(one.about)) if one.about else ""
        about = names(one.about) if one.about else ""
        made.append(Followed(one, talk.at, about, text, n, key))
    return made


def _words(n: int, skill: Mapping[str, Any] | None) -> str:
    if not n:
        return _("nothing in the record about it since")
    if skill is None or skill["p"]["value"] is None:
        return ngettext("%(n)s statement since", "%(n)s statements since", n) % {
            "n": wording.number(n)
        }
    return ngettext(
        "%(n)s answer since, likely right now: %(share)s",
        "%(n)s answers since, likely right now: %(share)s",
        n,
    ) % {"n": wording.number(n), "share": wording.percent(skill["p"]["value"])}
