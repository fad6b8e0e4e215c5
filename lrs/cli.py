"""`lrs …`: the command line. Each command is in `lrs.commands`, imported only when it is used."""

import importlib
import logging
import sys

import click

from lrs.errors import LrsError

_COMMANDS = {
    "serve": ("lrs.commands.serve", "serve", "Start the server (and, embedded, its worker)."),
    "worker": ("lrs.commands.work", "worker", "Run a worker that keeps the views up to date."),
    "migrate": ("lrs.commands.administer", "migrate", "Bring the database to this version."),
    "status": ("lrs.commands.administer", "status", "Show logs, progress and protection."),
    "store": ("lrs.commands.administer", "store", "Create and list stores."),
    "credential": ("lrs.commands.administer", "credential", "Create, list, revoke credentials."),
    "user": ("lrs.commands.people", "user", "People who sign in: roles, passwords, links."),
    "group": ("lrs.commands.groups", "group", "Groups of learners, and their teachers."),
    "token": ("lrs.commands.tokens", "token", "Access tokens for people's programs."),
    "import": ("lrs.commands.load", "load", "Store the statements of a file."),
    "align": ("lrs.commands.align", "align", "Say which skills activities are about."),
    "signals": ("lrs.commands.signals", "signals", "Show, check and adopt signal maps."),
    "join": ("lrs.commands.identities", "join", "Record that identities are one person."),
    "separate": ("lrs.commands.identities", "separate", "Record that an identity stands alone."),
    "reader": ("lrs.commands.reading", "reader", "Database logins of analysts, and their stores."),
    "export": ("lrs.commands.export", "export", "Write an analysts' table to a file."),
    "demo": ("lrs.commands.demonstrate", "demo", "Send a demonstration class to a server."),
    "prove": ("lrs.commands.proofs", "prove", "Make a receipt: a statement stands in the log."),
    "verify": ("lrs.commands.verify", "verify", "Derive everything again; name what differs."),
    "log-key": (
        "lrs.commands.proofs",
        "log_key",
        "Keys that sign tree heads: list, rotate, retire.",
    ),
    "audit": ("lrs.commands.audit", "audit", "What administrators did."),
    "backup": ("lrs.commands.backup", "backup", "Copy the whole database to a folder."),
    "restore": ("lrs.commands.backup", "restore", "Put a backup into an empty database."),
    "retention": ("lrs.commands.retention", "retention", "What is erased once it is old."),
    "erase": ("lrs.commands.erase", "erase", "Erase a learner; the proofs stay."),
    "project": ("lrs.commands.work", "project", "Bring every view up to the log's end."),
    "calibrate": ("lrs.commands.calibrate", "calibrate", "Fit the model to a store's learners."),
    "evaluate": ("lrs.commands.calibrate", "evaluate", "How well a calibration predicts."),
    "simulate": (
        "lrs.commands.simulate",
        "simulate",
        "Compare policies of what to do next on simulated learners.",
    ),
    "rebuild": ("lrs.commands.work", "rebuild", "Make the views anew from the log."),
}


class _Lazy(click.Group):
    """Knows the commands by name: starting one does not import what the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in _COMMANDS.items()])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lrs")
def lrs() -> None:
    """A learning-record store. Settings come from LRS_… environment variables."""


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit status 1."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        lrs.main(prog_name="lrs")
    except LrsError as error:
        click.echo(f"Error: {error.message}", err=True)
        sys.exit(1)
