"""`lrs user`: the people who may sign in."""

import click

from lrs.commands.installation import ADMINISTRATOR, sign_in_url
from lrs.commands.parts import json_option, parts, report, table
from lrs.storage.administration.people import ROLES, People


@click.group()
def user() -> None:
    """People who sign in, by one-time links."""


@user.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may see and do.")
@json_option
def create_user(name: str, role: str, as_json: bool) -> None:
    """Let NAME sign in, and print the link that does it once."""
    with parts() as opened:
        people = People(opened.database)
        made = people.create(name, role)
        link = sign_in_url(opened.settings, people.link(made))
    report({"name": made.name, "role": made.role, "sign_in": link}, as_json, link)


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List the people who may sign in."""
    with parts() as opened:
        found = People(opened.database).list()
    items = [{"name": one.name, "role": one.role} for one in found]
    report({"items": items, "next": None}, as_json, table([(one.name, one.role) for one in found]))


@user.command("link")
@click.option("--name", default=ADMINISTRATOR, show_default=True, help="Who is to sign in.")
@json_option
def link_user(name: str, as_json: bool) -> None:
    """Print a link that signs somebody in once, within the hour."""
    with parts() as opened:
        people = People(opened.database)
        link = sign_in_url(opened.settings, people.link(people.get(name)))
    report({"name": name, "sign_in": link}, as_json, link)
