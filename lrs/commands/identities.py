"""`lrs join` and `lrs separate`: which identities are one person."""

import click

from lrs.commands.parts import COMMAND_LINE, Parts, json_option, parts, report, store_option
from lrs.storage.administration.also import AlsoOf
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.log.recorder import Author
from lrs.storage.views.identities import Identities, Made

_unknown = click.option(
    "--unknown", is_flag=True, help="Accept an identity that nothing was told of yet."
)


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
    with parts() as opened:
        found = Identities(opened.database).join(
            opened.stores.get(store_name), Author.person(opened.settings.origin), identities,
            unknown=unknown, also=_told(opened, "joined", store_name),
        )  # fmt: skip
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
    with parts() as opened:
        found = Identities(opened.database).separate(
            opened.stores.get(store_name), Author.person(opened.settings.origin), identity,
            unknown=unknown, also=_told(opened, "separated", store_name),
        )  # fmt: skip
    text = f"Separated, at position {found.position} of the log."
    if found.survivor is not None:
        text += f" The learner is {found.survivor}."
    report(found.plain(), as_json, text)


def _told(opened: Parts, verb: str, store: str) -> AlsoOf[Made]:
    """Records it in the audit: whom by their random ids, and where in the log it stands."""

    def act(made: Made) -> Act:
        details = {"learners": made.learners, "position": made.position}
        return Act(COMMAND_LINE, verb, "learner", made.survivor or "unknown", store, details)

    return Audit(opened.database, opened.settings.origin).of_made(act)
