"""`lrs erase`: a learner goes, and the proofs stay."""

import click

from lrs.commands.parts import COMMAND_LINE, Parts, json_option, parts, report, store_option
from lrs.settings import Settings
from lrs.storage.administration.stores import Store
from lrs.storage.audit.audit import Audit
from lrs.storage.erasure.erasing import Eraser, Report, recording
from lrs.storage.erasure.outside import OutsideErasures
from lrs.storage.erasure.subjects import subject_of


def eraser_of(settings: Settings, opened: Parts, store: Store, by: str = COMMAND_LINE) -> Eraser:
    """Erases with the owner's URL, which may take the role that erasing needs."""
    return Eraser(
        settings.resolved_owner_url,
        OutsideErasures(settings.resolved_erasures),
        settings.resolved_attachments,
        recording(Audit(opened.database, settings.origin), by, store),
    )


@click.command()
@click.argument("learner")
@store_option
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
@json_option
def erase(learner: str, store_name: str, dry_run: bool, as_json: bool) -> None:
    """Erase LEARNER: a learner's id, a mail address, or an Agent as JSON.

    Every statement that names the learner anywhere, their documents, attachments that no other
    statement uses, and all that was derived. Tree heads signed before still verify. Stopped in
    the middle, run it again.
    """
    with parts() as opened:
        store = opened.stores.get(store_name)
        subject = subject_of(opened.database, store, learner)
        eraser = eraser_of(opened.settings, opened, store)
        try:
            made = eraser.would(store, subject) if dry_run else eraser.erase(store, subject)
        finally:
            eraser.close()
    report(made.plain(), as_json, _text(made))


def _text(made: Report) -> str:
    lines = ["Would be erased:" if made.dry_run else "Erased:"]
    lines += [f"  {count} {name}" for name, count in sorted(made.counts.items())]
    if not made.clean:
        lines.append(
            "Old pages may still be in the database's files: others have them open, or only the "
            "owner may run VACUUM."
        )
    return "\n".join(lines)
