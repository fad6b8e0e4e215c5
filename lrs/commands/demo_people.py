"""Somebody to sign in as, beside the demonstration class: a teacher, two learners, a coach."""

from typing import NamedTuple

import orjson

from lrs.commands.installation import DEMO, CredentialsFile, sign_in_url
from lrs.commands.parts import COMMAND_LINE, Parts, parts
from lrs.demo.people import LEARNERS
from lrs.demo.school import SCHOOL_CLASS
from lrs.errors import Conflict, NotFound
from lrs.settings import Settings
from lrs.storage.administration.also import AlsoOf
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.people import People, Person, account_of
from lrs.storage.administration.stores import Store
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.log.recorder import Author

CLASS_NAME = SCHOOL_CLASS["definition"]["name"]["en"]
_LEARNERS = {"demo-learner": "bjorn.lindqvist", "demo-learner-2": "mateo.quispe"}
_TEACHER, _COACH = "demo-teacher", "demo-coach"


class Shown(NamedTuple):
    """Somebody with a link that signs them in once. who: what they are there."""

    name: str
    who: str
    sign_in: str


def people(key: str, *, again: bool) -> list[Shown]:
    """Make who is missing, if the credential is that of this installation's own demonstration.

    again: make new links for those who are there already. Links are written down in
    credentials.json, which its owner alone can read, and are good for an hour.
    """
    file = CredentialsFile(Settings().home / "credentials.json")
    known = file.demonstration()
    if known is None or known[0] != key:
        return []  # another installation's: nothing of this one is opened
    with parts() as opened:
        store = opened.stores.get(DEMO)
        groups = Groups(opened.database, origin=opened.settings.origin)
        wanted = {_TEACHER: "teacher", **dict.fromkeys(_LEARNERS, "learner"), _COACH: "coach"}
        shown = []
        for name, role in wanted.items():
            person, fresh = _person(opened, name, role)
            who = _place(opened, groups, store, person)
            if fresh or again:
                shown.append(Shown(name, who, _link(opened, person)))
        if shown:
            file.add({"demo_people": {one.name: {"who": one.who, "sign_in": one.sign_in}
                                      for one in shown}})  # fmt: skip
    return shown


def _person(opened: Parts, name: str, role: str) -> tuple[Person, bool]:
    """Who has this name, and whether they are new."""
    found = People(opened.database)
    try:
        return found.get(name), False
    except NotFound:
        try:
            return found.create(name, role, opened.audited_person("created", role=role)), True
        except Conflict:  # another process was first
            return found.get(name), False


def _place(opened: Parts, groups: Groups, store: Store, person: Person) -> str:
    """Put them where they belong; what they are there."""
    key = _LEARNERS.get(person.name)
    if key is not None:
        learner = next(one for one in LEARNERS if one.key == key)
        if not groups.visible(store, person):
            also = opened.audited(
                "identified", "user", account_of(person), store=store.name, known=True
            )
            groups.identify(store, person, orjson.dumps(learner.agent).decode(), also)
        return learner.name
    if person.name == _TEACHER:
        _teach(opened, groups, store, person)
        return f"teacher of {CLASS_NAME}"
    _share(opened, groups, store, person)
    return f"coach, who only looks at {CLASS_NAME}"


def _share(opened: Parts, groups: Groups, store: Store, person: Person) -> None:
    """The teacher of the demonstration shows their class, without what was written."""
    try:
        group = groups.get(store, CLASS_NAME)
        teacher = People(opened.database).get(_TEACHER)
    except NotFound:
        return  # the store holds the class of an earlier edition, without a group
    if any(one.name == person.name for one in groups.shares.of_group(store, group)):
        return
    by, details = account_of(teacher), {"with": account_of(person), "whole": True, "words": False}
    told: AlsoOf[Group] = Audit(opened.database, opened.settings.origin).of_made(
        lambda made: Act(by, "shared", "group", str(made.id), store.name, details)
    )
    author = Author.person(opened.settings.origin, teacher.id)
    groups.shares.share(store, group, person, by=author, also=told)


def _teach(opened: Parts, groups: Groups, store: Store, person: Person) -> None:
    try:
        group = groups.get(store, CLASS_NAME)
    except NotFound:
        return  # the store holds the class of an earlier edition, without a group
    told: AlsoOf[Group] = Audit(opened.database, opened.settings.origin).of_made(
        lambda made: _appointed(made, store, person)
    )
    groups.teach(store, group, person, also=told)


def _appointed(group: Group, store: Store, person: Person) -> Act:
    details = {"teacher": account_of(person)}
    return Act(COMMAND_LINE, "appointed", "group", str(group.id), store.name, details)


def _link(opened: Parts, person: Person) -> str:
    also = opened.audited("made-link", "user", account_of(person))
    return sign_in_url(opened.settings, People(opened.database).link(person, also))
