"""`lrs demo`: send the demonstration class to a running server."""

import sys
from datetime import UTC, datetime

import click

from lrs.commands.installation import DEMO, CredentialsFile, install
from lrs.commands.parts import json_option, read_secret, report
from lrs.demo import run as sending
from lrs.demo.people import LEARNERS
from lrs.demo.school import WEEKS
from lrs.settings import Settings


@click.command()
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]),
    help="The class's last day; by default the last Friday before the first run.",
)  # fmt: skip
@click.option("--url", help="The server's xAPI endpoint; by default this installation's.")
@click.option("--key", help="Key of a credential; by default that of the store `demo`.")
@click.option("--secret", help="Its secret; - reads standard input.")
@click.option(
    "--learners", type=click.IntRange(1, len(LEARNERS)), default=len(LEARNERS), show_default=True
)
@click.option("--weeks", type=click.IntRange(1, WEEKS), default=WEEKS, show_default=True)
@json_option
def demo(
    *,
    until: datetime | None,
    url: str | None,
    key: str | None,
    secret: str | None,
    learners: int,
    weeks: int,
    as_json: bool,
) -> None:
    """Send the demonstration class to a running server.

    Its ids are the same every time, and the store remembers its dates: sending it again stores
    nothing twice.
    """
    if until is not None and until.date() >= datetime.now(UTC).date():
        raise click.BadParameter("must be a day that is over (UTC).", param_hint="--until")
    url, key, secret = _where(url, key, read_secret(secret))
    told = sending.run(
        url,
        key,
        secret,
        until=None if until is None else until.date(),
        learners=learners,
        weeks=weeks,
        progress=_progress if sys.stderr.isatty() else _silent,
    )
    found = {**told._asdict(), "until": told.until.isoformat(), "seconds": round(told.seconds, 1)}
    report(found, as_json, _text(told))


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
                f"The store {DEMO} exists, but its credential is not in {settings.home}: "
                "make one with `lrs credential create` and give --key and --secret."
            )
        key, secret = found
        url = url or file.read().get(DEMO, {}).get("endpoint")
    return url or f"{settings.origin}/xapi", key, secret


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done:,} of {total:,} statements", nl=done == total, err=True)


def _silent(_done: int, _total: int) -> None:
    """A log file gets only the outcome."""


def _text(told: sending.Summary) -> str:
    if not told.sent:
        return f"The demonstration class until {told.until} is there already: nothing to send."
    return (
        f"The demonstration class until {told.until} is there: {told.sent:,} statements in "
        f"{told.seconds:.0f} s."
    )
