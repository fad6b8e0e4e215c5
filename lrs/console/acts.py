"""Acts of the audit in words: what was done, to what, and what somebody means by a name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from lrs.api.services import Services
from lrs.console import wording
from lrs.console.language import _, mark
from lrs.console.wording import Texts
from lrs.errors import InvalidRequest, NotFound
from lrs.storage.administration.people import account_of
from lrs.storage.administration.stores import Store

_MOST_ALIKE = 20  # learners of one name
_SHORT = 8  # signs of an id that nobody reads to its end
VERBS = Texts(
    {
        "looked-at": mark("looked at"), "signed-in": mark("signed in"),
        "signed-out": mark("signed out"), "failed-sign-in": mark("failed to sign in"),
        "made-link": mark("made a sign-in link"), "gave-password": mark("gave a password"),
        "changed-password": mark("changed the password"),
        "ended-sessions": mark("ended sessions"), "exported": mark("exported"),
        "created": mark("created"), "renamed": mark("renamed"), "removed": mark("removed"),
        "revoked": mark("revoked"), "rotated": mark("rotated"), "adopted": mark("adopted"),
        "erased": mark("erased"), "joined": mark("joined"), "separated": mark("separated"),
        "identified": mark("said who it is"), "assigned": mark("gave a role"),
        "appointed": mark("appointed"), "relieved": mark("relieved"),
        "shared": mark("shared with others"),
        "unshared": mark("stopped sharing"), "added-members": mark("added learners"),
        "removed-members": mark("took out learners"), "enabled": mark("enabled"),
        "disabled": mark("disabled"), "linked": mark("linked with the organisation"),
        "restored": mark("restored"),
    }
)  # fmt: skip
_KINDS = Texts(
    {
        "learner": mark("learner {which}"), "group": mark("group {which}"),
        "statement": mark("statement {which}"), "store": mark("store {which}"),
        "user": mark("person {which}"), "session": mark("session, with {which}"),
        "credential": mark("credential {which}"), "token": mark("token {which}"),
        "calibration": mark("calibration {which}"), "alignment": mark("alignment {which}"),
        "table": mark("table {which}"),
    }
)  # fmt: skip
_WAYS = Texts(
    {"link": mark("a link"), "password": mark("a password"), "openid": mark("the organisation")}
)

Thing = tuple[str, str]
"""What an act was done to, as the audit has it: its kind, and which one."""


class Line(NamedTuple):
    """An act. thing: what it was done to, in words. about: the same as the audit has it."""

    at: str
    who: str
    verb: str
    thing: str
    about: str
    page: str
    store: str


def lines(services: Services, found: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The names are those of today: the audit itself names nobody."""
    names = _Names(services, found)
    return [
        Line(
            one["at"], names.account(one["by"]), verb(one["verb"]), names.thing(one),
            f"{one['kind']}/{one['about']}", str(one["details"].get("page") or ""),
            one["store"] or "",
        )
        for one in found
    ]  # fmt: skip


def verb(token: str) -> str:
    return VERBS.get(token) or token.replace("-", " ")


def verb_token(text: str) -> str:
    """What a verb is in the audit, from its token or from how it is shown."""
    wanted = text.casefold()
    shown = (token for token, words in VERBS.items() if words.casefold() == wanted)
    return next(shown, text.replace(" ", "-"))


class _Names:
    """What is called how, looked up at once for all acts of a page."""

    def __init__(self, services: Services, found: Sequence[Mapping[str, Any]]) -> None:
        self._people = {account_of(one): one.name for one in services.people.list()}
        self._known: dict[tuple[str, str, str], str] = {}
        told: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for one in found:
            told[one["store"] or ""][one["kind"]].add(one["about"])
        for store in services.stores.observed():
            self._learn(services, store, told[store.name])

    def _learn(self, services: Services, store: Store, wanted: Mapping[str, set[str]]) -> None:
        if "group" in wanted:
            for one in services.groups.list(store):
                self._known[store.name, "group", str(one.id)] = one.name
        ids = [one for one in wanted.get("learner", ()) if _is_id(one)]
        if ids:
            for learner in services.views.learners(store, limit=len(ids), only=ids).items:
                agents = learner.agents
                name = learner.name or wording.agent_name(agents[0] if agents else {})
                self._known[store.name, "learner", learner.id] = name

    def account(self, by: str) -> str:
        return self._people.get(by) or by

    def thing(self, act: Mapping[str, Any]) -> str:
        kind, about = act["kind"], act["about"]
        which = self._known.get((act["store"] or "", kind, about)) or self._people.get(about)
        if which is None:
            which = _WAYS.get(about, about) if kind == "session" else about
            which = f"{which[:_SHORT]}…" if kind == "statement" else which
        text = _KINDS.get(kind) or f"{kind} {{which}}"
        return text.replace("{which}", wording.plain(which, 60))


def _is_id(text: str) -> bool:
    digits = text.replace("-", "")
    return len(digits) == 32 and all(one in "0123456789abcdef" for one in digits)


def meant(services: Services, text: str) -> list[Thing]:
    """What somebody means by a name, or by kind/which, of which the last may be a name as well.
    Raises InvalidRequest where nothing is called so."""
    kind, slash, which = text.partition("/")
    if slash:
        named = [one for one in _named(services, which) if one[0] == kind]
        return list(dict.fromkeys([(kind, which), *named]))
    named = _named(services, text)
    if not named:
        raise InvalidRequest(
            _("Nobody and nothing has this name. Write a name, or kind/which, such as user/user-3.")
        )
    return named


def _named(services: Services, name: str) -> list[Thing]:
    """People, groups, stores and learners that are called so."""
    found: list[Thing] = [
        ("user", account_of(one)) for one in services.people.list()
        if name in {one.name, account_of(one)}
    ]  # fmt: skip
    for store in services.stores.observed():
        if store.name == name:
            found.append(("store", name))
        with suppress(NotFound):
            found.append(("group", str(services.groups.get(store, name).id)))
        alike = services.views.learners(store, limit=_MOST_ALIKE, name=name).items
        found += [("learner", one.id) for one in alike if _same(one.name, name)]
    return list(dict.fromkeys(found))


def _same(one: str | None, name: str) -> bool:
    return (one or "").strip().casefold() == name.casefold()
