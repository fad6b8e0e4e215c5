"""`lrs join` and `lrs separate`: which identities are one person."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import orjson

from lrs.commands.parts import Parts, json_option, parts, report, store_option
from lrs.storage.administration.stores import Store
from lrs.storage.log.authorities import Authority, find_or_create, for_credential
from lrs.storage.log.dictionaries import framer
from lrs.storage.log.writer import Writer
from lrs.storage.views.identities import Identities

_unknown = click.option(
    "--unknown", is_flag=True, help="Accept an identity that nothing was told of yet."
)
_NAME = "administrator"  # as the authority and the actor of what is recorded here


@click.command()
@click.argument("identities", nargs=-1, required=True)
@store_option
@_unknown
@json_option
def join(identities: tuple[str, ...], store_name: str, unknown: bool, as_json: bool) -> None:
    """Record that two or more IDENTITIES are one person.

    Each is a mail address, a learner's id, or an Agent as JSON. The learner known first stands for
    all; nothing is moved, so `lrs separate` undoes it without a trace.
    """
    with parts() as opened, _recording(opened, store_name) as (store, authority, made):
        found = made.join(
            store, authority, orjson.loads(authority.body), identities, unknown=unknown
        )
    text = f"Joined, at position {found.position} of the log."
    if found.survivor is not None:
        text += f" The learner is {found.survivor}."
    report(found.plain(), as_json, text)


@click.command()
@click.argument("identity")
@store_option
@_unknown
@json_option
def separate(identity: str, store_name: str, unknown: bool, as_json: bool) -> None:
    """Record that IDENTITY is a person of its own again, as if it had never been joined."""
    with parts() as opened, _recording(opened, store_name) as (store, authority, made):
        found = made.separate(
            store, authority, orjson.loads(authority.body), identity, unknown=unknown
        )
    text = f"Separated, at position {found.position} of the log."
    if found.survivor is not None:
        text += f" The learner is {found.survivor}."
    report(found.plain(), as_json, text)


@contextmanager
def _recording(opened: Parts, store_name: str) -> Iterator[tuple[Store, Authority, Identities]]:
    store = opened.stores.get(store_name)
    with opened.database.write() as connection:
        body = for_credential(opened.settings.origin, _NAME)
        authority = find_or_create(connection, store, body)
    writer = Writer(opened.database, framer(opened.database))
    writer.start()
    try:
        yield store, authority, Identities(opened.database, writer)
    finally:
        writer.stop()
