"""`lrs demo`: sending the demonstration class to a server."""

import datetime
import sys
import time

import click

from lrs.commands.demo_people import Shown, people
from lrs.commands.installation import DEMO, CredentialsFile, install
from lrs.commands.parts import json_option, read_secret, report
from lrs.demo.alignment import align
from lrs.demo.people import LEARNERS
from lrs.demo.run import Progress, Summary, run
from lrs.demo.school import WEEKS
from lrs.settings import Settings

_TERMINAL_SECONDS, _LOG_SECONDS = 0.5, 10.0


@click.command()
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The class's last day; default: that of the store, else the last Friday before today.",
)
@click.option("--url", help="The xAPI endpoint; default: this installation's.")
@click.option("--key", help="Key of a credential of the store to fill; default: that of `demo`.")
@click.option("--secret", help="Its secret; - reads standard input.")
@click.option("--learners", type=click.IntRange(1, len(LEARNERS)), help="Only the first so many.")
@click.option("--weeks", type=click.IntRange(1, WEEKS), help="A shorter term.")
@json_option
def demo(
    *,
    until: datetime.datetime | None,
    url: str | None,
    key: str | None,
    secret: str | None,
    learners: int | None,
    weeks: int | None,
    as_json: bool,
) -> None:
    """Send a demonstration class: some thirty learners over twelve weeks, several courses.

    The ids are the same every time, and the store knows when it is complete, so that sending it
    again stores nothing twice.
    """
    if until is not None and until.date() >= datetime.datetime.now(datetime.UTC).date():
        raise click.BadParameter("must be a day that is over (UTC).", param_hint="--until")
    url, key, secret = _where(url, key, read_secret(secret))
    summary = run(
        url,
        key,
        secret,
        until=until.date() if until is not None else None,
        learners=learners,
        weeks=weeks,
        progress=_progress(),
    )
    align(url, key, secret)
    shown = people(key, again=sys.stdout.isatty())
    outcome = {
        **summary._asdict(),
        "until": summary.until.isoformat(),
        "people": [one._asdict() for one in shown],
    }
    report(outcome, as_json, "\n".join([_text(summary), *map(_line, shown)]))


def _where(url: str | None, key: str | None, secret: str | None) -> tuple[str, str, str]:
    """Endpoint, key and secret: those given, else this installation's, made if need be."""
    settings = Settings()
    if (key is None) != (secret is None):
        raise click.UsageError("--key and --secret belong together.")
    if key is None or secret is None:
        file = CredentialsFile(settings.home / "credentials.json")
        found = file.demonstration() or install(settings, demo=True).demonstration
        if found is None:
            raise click.UsageError(
                f"The credential of the store {DEMO} is not in {settings.home}: make one with "
                f"`lrs credential create --store {DEMO}` and give --key and --secret."
            )
        key, secret = found
        url = url or file.read()[DEMO]["endpoint"]
    return url or f"{settings.origin}/xapi", key, secret


def _text(summary: Summary) -> str:
    if not summary.sent:
        return f"The demonstration class is there already, until {summary.until}."
    return (
        f"Demonstration class: {summary.sent} statements, until {summary.until}, "
        f"in {summary.seconds:.0f} s."
    )


def _line(one: Shown) -> str:
    return f"Sign in once as {one.name} ({one.who}): {one.sign_in}"


def _progress() -> Progress:
    """On standard error how far it is: often on a terminal, now and then in a log."""
    terminal = sys.stderr.isatty()
    shown = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > (_TERMINAL_SECONDS if terminal else _LOG_SECONDS):
            shown = time.monotonic()
            text = f"Demonstration class: {done} of {total} statements"
            click.echo(f"\r\x1b[K{text}" if terminal else text, nl=not terminal, err=True)
        if terminal and done == total:
            click.echo("\r\x1b[K", nl=False, err=True)

    return show
