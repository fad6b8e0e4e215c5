"""The words of what people wrote, read from the log when they are shown."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from lrs.storage.administration.stores import Store
from lrs.storage.database.engine import Database
from lrs.storage.database.session import Session
from lrs.storage.log.framing import Framer
from lrs.storage.schema import identities, users
from lrs.xapi.json import load
from lrs.xapi.references import identity
from projections.signals import PROFILE

_DOCUMENTS = "SELECT position, document FROM log WHERE store = ? AND position {among}"
_USER = "user-"
_MOST_DIGITS = 15


class Spoken(NamedTuple):
    """What one of two said to a prompt. who: learner or teacher."""

    prompt: str
    who: str
    text: str


class Said(NamedTuple):
    """The words of one statement.

    by: the name of the person on this server who wrote it; None: the learner, or a tool for them.
    title: of a goal, plan, preference or work. text: the response: a reflection, a why, what a
    conversation wants to reach. agreed: texts by the id of the agreement. with_: the user name of
    a colleague, or the ids of learners, that it names. Whatever it holds is what somebody sent:
    show it as text, never as markup.
    """

    statement: str
    verb: str
    by: str | None = None
    title: str = ""
    text: str = ""
    url: str = ""
    prompt: str = ""
    voices: tuple[Spoken, ...] = ()
    agreed: Mapping[str, str] = {}
    with_: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """JSON values; without what is empty, but for the statement and verb."""
        made: dict[str, Any] = {"statement": self.statement, "verb": self.verb}
        for name in ("by", "title", "text", "url", "prompt"):
            if getattr(self, name):
                made[name] = getattr(self, name)
        if self.voices:
            made["voices"] = [one._asdict() for one in self.voices]
        if self.agreed:
            made["agreed"] = dict(self.agreed)
        if self.with_:
            made["with"] = list(self.with_)
        return made


def words(
    database: Database, framer: Framer, store: Store, positions: Sequence[int], origin: str
) -> dict[int, Said | None]:
    """By position; None of what was erased or is not there."""
    found: dict[int, Said | None] = dict.fromkeys(positions)
    with database.read() as connection:
        rows = Session(connection).among_bigs(_DOCUMENTS, (store.id,), list(found))
        parsed = {row[0]: load(framer.unframe(bytes(row[1]))) for row in rows if row[1] is not None}
        agents = [one for value in parsed.values() for one in _people(value)]
        names = _names(connection, store, agents, origin)
    for position, value in parsed.items():
        found[position] = _said(value, names)
    return found


def _people(value: Any) -> list[Mapping[str, Any]]:
    context = _dict(value.get("context"))
    members = _dict(context.get("team")).get("member")
    some = [value.get("actor"), context.get("instructor")]
    some += members if isinstance(members, list) else []
    return [one for one in some if isinstance(one, dict)]


def _names(
    connection: Any, store: Store, agents: Sequence[Mapping[str, Any]], origin: str
) -> dict[str, str]:
    """By identity: user names of accounts on this server, ids of learners."""
    known = {name: agent for agent in agents if (name := identity(agent)) is not None}
    numbers: dict[int, str] = {}
    for name, agent in known.items():
        account = _dict(agent.get("account"))
        user = str(account.get("name", ""))
        if account.get("homePage") == origin and user.startswith(_USER):
            digits = user.removeprefix(_USER)
            if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
                numbers[int(digits)] = name
    made: dict[str, str] = {}
    for number, user in connection.execute(
        select(users.c.id, users.c.name).where(users.c.id.in_(numbers))
    ):
        made[numbers[number]] = user
    digests = {store.keys.agent(name): name for name in known if name not in made}
    query = select(identities.c.agent, identities.c.learner).where(
        identities.c.store == store.id, identities.c.agent.in_(digests)
    )
    for agent, learner in connection.execute(query):
        made.setdefault(digests[bytes(agent)], str(uuid.UUID(bytes=learner)))
    return made


def _said(value: Mapping[str, Any], names: Mapping[str, str]) -> Said:
    context, target = _dict(value.get("context")), _dict(value.get("object"))
    told = _dict(context.get("extensions"))
    actor, *beside = _people(value)
    by = names.get(identity(actor) or "")
    account = _dict(actor.get("account"))
    about = target if "definition" in target else _first(context)
    definition = _dict(about.get("definition"))
    return Said(
        statement=_text(value.get("id")),
        verb=_text(_dict(value.get("verb")).get("id")),
        by=by if _text(account.get("name")).startswith(_USER) else None,
        title=_title(definition.get("name")),
        text=_text(_dict(value.get("result")).get("response")),
        url=_text(definition.get("moreInfo")),
        prompt=_text(told.get(f"{PROFILE}extensions/prompt")),
        voices=tuple(
            Spoken(_text(one.get("prompt")), _text(one.get("voice")), _text(one.get("text")))
            for one in _dicts(told.get(f"{PROFILE}extensions/voices"))
        ),
        agreed={
            _text(one.get("id")): _text(one.get("text"))
            for one in _dicts(told.get(f"{PROFILE}extensions/agreed"))
        },
        with_=tuple(names[name] for one in beside if (name := identity(one) or "") in names),
    )


def _first(context: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _dict(context.get("contextActivities")).get("other")
    return _dict(found[0] if isinstance(found, list) and found else found)


def _title(name: Any) -> str:
    """The first of its languages: ours has one."""
    return next((_text(one) for one in _dict(name).values()), "")


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
