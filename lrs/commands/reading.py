"""`lrs reader`: database logins of analysts, and the stores they may read with SQL."""

import click

from lrs.commands.parts import json_option, parts, report, store_option, table
from lrs.storage.reading.readers import Readers


@click.group()
def reader() -> None:
    """Which PostgreSQL logins with the role lrs_read may read which stores.

    A login sees nothing of a store before it is added here, whatever it sets.
    """


@reader.command("add")
@click.argument("login")
@store_option
@json_option
def add(login: str, store_name: str, as_json: bool) -> None:
    """Let LOGIN, which a database administrator has made, read a store."""
    with parts() as opened:
        also = opened.audited("allowed", "reader", login, store=store_name)
        Readers(opened.database).add(opened.stores.get(store_name), login, also)
    report({"login": login, "store": store_name}, as_json, f"{login} may read {store_name}.")


@reader.command("remove")
@click.argument("login")
@store_option
@json_option
def remove(login: str, store_name: str, as_json: bool) -> None:
    """Show LOGIN nothing of a store any more."""
    with parts() as opened:
        also = opened.audited("disallowed", "reader", login, store=store_name)
        Readers(opened.database).remove(opened.stores.get(store_name), login, also)
    report({"removed": login, "store": store_name}, as_json, f"{login} reads no {store_name}.")


@reader.command("list")
@json_option
def list_readers(as_json: bool) -> None:
    """List the logins and their stores."""
    with parts() as opened:
        found = Readers(opened.database).list()
    items = [one._asdict() for one in found]
    rows: list[tuple[str, ...]] = [(one.login, one.store) for one in found]
    report({"items": items, "next": None}, as_json, table(rows))
