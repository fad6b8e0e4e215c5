"""A learner's talks, what they prepared and what they asked for, read from the log."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from lrs.api.services import Services
from lrs.console.conversation import statements as told
from lrs.console.conversation.points import Wish
from lrs.console.conversation.talks import Prepared, Settled, Talk
from lrs.storage.administration.people import account_of
from lrs.storage.administration.stores import Store
from lrs.storage.search.search import Filter
from lrs.xapi.references import identity
from lrs.xapi.timestamps import parse_us
from projections.reading import read_story
from projections.signals import OWN_LEARNING
from projections.story import TALK

_MOST: Final = 200  # of each kind: a talk a week for four years


def talks(services: Services, store: Store, learner: str) -> list[Talk]:
    """The newest first. Talks that another tool told of are among them, with what it said."""
    names = {account_of(one): one.name for one in services.people.list()}
    settled: dict[str, Settled] = {}
    for value in _said(services, store, learner, told.FOLLOWED_UP):
        themself = _object(value) is None
        one = told.read_settled(value, themself=themself, by=_teacher(value, names))
        if one is not None:
            settled.setdefault(*one)  # the newest word of it
    found = [
        told.read_talk(value, settled, _teacher(value, names))
        for value in _said(services, store, learner, told.CONVERSED)
    ]
    return sorted(found, key=lambda one: (parse_us(one.at), one.id), reverse=True)


def prepared(
    services: Services, store: Store, learner: str, before: Talk | None, talk: Talk | None = None
) -> list[Prepared]:
    """What the learner wrote for a talk, in the order of writing. talk: None for one that has not
    been yet; before: the one before it.

    Of what was written for one prompt several times, every word is kept and shown.
    """
    after_us = None if before is None else parse_us(before.at)
    until_us = None if talk is None else parse_us(talk.at)
    found = [
        one
        for value in _said(services, store, learner, told.REFLECTED)
        if (one := told.read_prepared(value)) is not None
        and (after_us is None or parse_us(one.at) > after_us)
        and (until_us is None or parse_us(one.at) <= until_us)
    ]
    return sorted(found, key=lambda one: parse_us(one.at))


def wishes(services: Services, store: Store, learner: str, at_us: int) -> list[Wish]:
    """What the learner would like help with or to talk about, and nobody has answered; the newest
    first."""
    rows = services.views.rows(store, learner, "story")
    asks = read_story(dict(rows.rows), at_us, rows.knowledge)["asks"]
    found = [
        Wish(one["what"] == TALK, "" if one["about"] == OWN_LEARNING else one["about"] or "")
        for one in asks
        if one["open"]
    ]
    return list(dict.fromkeys(found))


def _said(services: Services, store: Store, learner: str, verb: str) -> Iterator[dict[str, Any]]:
    """Statements of the learner with a verb, each identity's newest first."""
    for agent in _agents(services, store, learner):
        after, left = None, _MOST
        while left > 0:
            page = services.search.find(store, Filter(agent=agent, verb=verb), limit=left,
                                        after=after)  # fmt: skip
            for document in page.documents:
                value = orjson.loads(document)
                if agent in (identity(value["actor"]), _object(value)):
                    yield value
            left -= len(page.documents)
            after = page.next_position
            if after is None:
                break


def _agents(services: Services, store: Store, learner: str) -> list[str]:
    agents = services.views.learner(store, learner).agents
    return [name for one in agents if (name := identity(one)) is not None]


def _object(value: dict[str, Any]) -> str | None:
    target = value["object"]
    return identity(target) if target.get("objectType") == "Agent" else None


def _teacher(value: dict[str, Any], names: dict[str, str]) -> str:
    """Who wrote it down: a person of this server by name, another one as the statement says."""
    told_by = value["actor"] if _object(value) else {}
    agent = value.get("context", {}).get("instructor", told_by)
    account = agent.get("account", {}).get("name", "")
    found: str = names.get(account) or agent.get("name") or ""
    return found
