"""`lrs group`: groups of learners, the teachers who see them, and who else may look."""

from typing import Any

import click

from lrs.commands.parts import (
    COMMAND_LINE,
    Parts,
    json_option,
    parts,
    report,
    store_option,
    table,
)
from lrs.storage.administration.also import AlsoOf
from lrs.storage.administration.group_shares import until_of
from lrs.storage.administration.groups import Group, Groups
from lrs.storage.administration.people import People, account_of
from lrs.storage.audit.audit import Act, Audit
from projections.instants import format_us


@click.group()
def group() -> None:
    """Groups of learners. A teacher sees the learners of the groups they teach."""


@group.command("create")
@click.argument("name")
@store_option
@json_option
def create_group(name: str, store_name: str, as_json: bool) -> None:
    """Make the empty group NAME."""
    with parts() as opened:
        made = _groups(opened).create(
            opened.stores.get(store_name), name, also=_told(opened, "created", store_name)
        )
    report({"id": made.id, "name": made.name}, as_json, f"Created the group {made.name}.")


@group.command("list")
@click.option("--store", "store_name", help="Only this one; without it, every store.")
@json_option
def list_groups(store_name: str | None, as_json: bool) -> None:
    """List the groups of every store, or of one, with their learners and teachers."""
    with parts() as opened:
        groups, stores = _groups(opened), opened.stores
        items = [
            {
                "id": one.id,
                "name": one.name,
                "store": store.name,
                "learners": len(groups.members(store, one)),
                "teachers": [*groups.teachers(store, one)],
            }
            for store in (stores.observed() if store_name is None else [stores.get(store_name)])
            for one in groups.list(store)
        ]
    rows: list[tuple[str, ...]] = [
        (
            str(one["name"]), f"store {one['store']}", f"{one['learners']} learners",
            ", ".join(one["teachers"]),  # type: ignore[arg-type]
        )
        for one in items
    ]  # fmt: skip
    report({"items": items, "next": None}, as_json, table(rows))


@group.command("rename")
@click.argument("name")
@click.argument("new_name")
@store_option
@json_option
def rename_group(name: str, new_name: str, store_name: str, as_json: bool) -> None:
    """Give the group NAME the name NEW_NAME."""
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        told = _told(opened, "renamed", store_name)
        made = groups.rename(store, groups.get(store, name), new_name, also=told)
    report({"id": made.id, "name": made.name}, as_json, f"{name} is {made.name} now.")


@group.command("add")
@click.argument("name")
@click.argument("learners", nargs=-1, required=True)
@store_option
@json_option
def add(name: str, learners: tuple[str, ...], store_name: str, as_json: bool) -> None:
    """Put LEARNERS in the group NAME: each a mail address, a learner's id, or an Agent as JSON.

    The store need not know anything about them yet.
    """
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        told = _told(opened, "added-members", store_name, named=len(learners))
        groups.add(store, groups.get(store, name), learners, also=told)
    report({"added": len(learners)}, as_json, f"Added {len(learners)} to {name}.")


@group.command("remove")
@click.argument("name")
@click.argument("learners", nargs=-1)
@store_option
@json_option
def remove(name: str, learners: tuple[str, ...], store_name: str, as_json: bool) -> None:
    """Take LEARNERS out of the group NAME; without any, end the group."""
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        found = groups.get(store, name)
        if learners:
            told = _told(opened, "removed-members", store_name, named=len(learners))
            groups.take_out(store, found, learners, also=told)
        else:
            groups.remove(store, found, also=_told(opened, "removed", store_name))
    text = f"Took {len(learners)} out of {name}." if learners else f"Removed the group {name}."
    report({"removed": len(learners)}, as_json, text)


@group.command("teacher")
@click.argument("name")
@click.argument("user")
@click.option("--remove", "ends", is_flag=True, help="They no longer teach it.")
@store_option
@json_option
def teacher(*, name: str, user: str, ends: bool, store_name: str, as_json: bool) -> None:
    """Let USER, who has the role teacher, see the learners of the group NAME."""
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        person = People(opened.database).get(user)
        groups.teach(
            store,
            groups.get(store, name),
            person,
            teaches=not ends,
            also=_told(
                opened, "relieved" if ends else "appointed", store_name, teacher=account_of(person)
            ),
        )
    text = f"{user} no longer teaches {name}." if ends else f"{user} teaches {name}."
    report({"group": name, "teacher": user, "teaches": not ends}, as_json, text)


@group.command("share")
@click.argument("name")
@click.argument("user")
@click.option("--learner", help="Only this one: a mail address, a learner's id, or an Agent.")
@click.option("--until", help="The last day, in UTC (2027-01-31); without it, until it is ended.")
@click.option("--words", is_flag=True, help="Also what people wrote, and the conversation sheet.")
@click.option("--remove", "ends", is_flag=True, help="They may look no longer.")
@store_option
@json_option
def share(
    *, name: str, user: str, learner: str | None, until: str | None, words: bool, ends: bool,
    store_name: str, as_json: bool,
) -> None:  # fmt: skip
    """Let USER, a coach or teacher, look at the group NAME, or at one learner of it.

    They read and write nothing. Said again, what is said last counts.
    """
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        found, person = groups.get(store, name), People(opened.database).get(user)
        until_us = None if until is None else until_of(until)
        known = None if learner is None else groups.shares.known(store, learner)
        told = {"with": account_of(person), "learner": known, "whole": learner is None}
        if ends:
            also = _told(opened, "unshared", store_name, **told)
            which = groups.shares.find(store, found, person, learner)
            groups.shares.end(store, found, which, also=also)
        else:
            told |= {"until": format_us(until_us), "words": words}
            groups.shares.share(
                store, found, person, learner=learner, until_us=until_us, words=words,
                also=_told(opened, "shared", store_name, **told),
            )  # fmt: skip
        items = [one.plain() for one in groups.shares.of_group(store, found)]
    text = f"{user} may no longer look at {name}." if ends else f"{user} may look at {name}."
    report({"group": name, "items": items, "next": None}, as_json, text)


@group.command("shares")
@click.argument("name")
@store_option
@json_option
def shares(name: str, store_name: str, as_json: bool) -> None:
    """List who may look at the group NAME without teaching it."""
    with parts() as opened:
        groups, store = _groups(opened), opened.stores.get(store_name)
        found = [one.plain() for one in groups.shares.of_group(store, groups.get(store, name))]
    rows: list[tuple[str, ...]] = [
        (
            str(one["name"]), str(one["role"]),
            "the whole group" if one["whole"] else str(one["learner"]),
            f"until {one['until']}" if one["until"] else "", "with words" if one["words"] else "",
        )
        for one in found
    ]  # fmt: skip
    report({"group": name, "items": found, "next": None}, as_json, table(rows))


def _groups(opened: Parts) -> Groups:
    return Groups(opened.database, origin=opened.settings.origin)


def _told(opened: Parts, verb: str, store: str, **details: Any) -> AlsoOf[Group]:
    """Records in the audit what is done to a group, by its number."""
    return Audit(opened.database, opened.settings.origin).of_made(
        lambda group: Act(COMMAND_LINE, verb, "group", str(group.id), store, details)
    )
