"""`lrs demo`: sending the demonstration class to a server, and remembering that it was done."""

import datetime
from typing import Any

import click

from lrs.commands.demonstration import Demonstration
from lrs.commands.parts import json_option, read_secret, report
from lrs.demo import run
from lrs.settings import Settings


@click.command()
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The class's last day; default: the last Friday before today.",
)
@click.option("--url", help="The xAPI endpoint; default: this installation's.")
@click.option("--key", required=True, help="Key of a credential of the store to fill.")
@click.option("--secret", required=True, help="Its secret; - reads standard input.")
@json_option
def demo(
    *, until: datetime.datetime | None, url: str | None, key: str, secret: str, as_json: bool
) -> None:
    """Send a demonstration class: some thirty learners over twelve weeks, several courses.

    The ids are the same every time, so that sending it again stores nothing twice.
    """
    settings = Settings()
    memory = Demonstration(settings.home)
    day = until.date() if until is not None else memory.until()
    sent = run(
        url=url or f"{settings.origin}/xapi",
        key=key,
        secret=read_secret(secret) or "",
        until=day,
        report=lambda text: click.echo(text, err=True),
    )
    memory.loaded(day)
    outcome: dict[str, Any] = {"until": day.isoformat(), "statements": sent}
    report(outcome, as_json, f"The demonstration class is there: {sent} statements.")
