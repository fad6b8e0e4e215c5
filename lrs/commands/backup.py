"""`lrs backup` and `lrs restore`."""

from pathlib import Path

import click

from lrs.commands.parts import COMMAND_LINE, json_option, parts, report
from lrs.settings import Settings
from lrs.storage.audit.audit import Act, Audit
from lrs.storage.backup.backup import backup as write
from lrs.storage.backup.backup import restore as put_back
from lrs.storage.backup.erasures import apply_again
from lrs.storage.erasure.erasing import Eraser
from lrs.storage.erasure.outside import OutsideErasures

_LEFT_OUT = (
    "Not in it, and to be kept elsewhere: {keys} (signs tree heads), {heads} (what was signed), "
    "{erasures} (what was erased; without it a restored backup has erased people in it again)."
)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
def backup(folder: Path, as_json: bool) -> None:
    """Write the whole database, as of one moment, to FOLDER, which must be new or empty.

    Everything may go on meanwhile.
    """
    settings = Settings()
    with parts() as opened:
        opened.record("backed-up", "backup", folder.name)
    made = write(settings.resolved_owner_url, folder, settings.resolved_attachments)
    text = ", ".join(f"{name}: {size} statements" for name, size in made["heads"].items())
    report(made, as_json, f"{text}.\n{_left_out(settings)}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def restore(folder: Path, as_json: bool) -> None:
    """Put the backup in FOLDER into an empty database, and erase again what was erased since."""
    settings = Settings()
    made = put_back(settings.resolved_owner_url, folder, settings.resolved_attachments)
    outside = OutsideErasures(settings.resolved_erasures)
    eraser = Eraser(settings.resolved_owner_url, outside, settings.resolved_attachments)
    try:
        applied = apply_again(eraser, outside)
        audit = Audit(eraser.database, settings.origin)
        with eraser.database.write() as connection:
            audit.record(connection, Act(COMMAND_LINE, "restored", "backup", folder.name))
    finally:
        eraser.close()
    text = ", ".join(f"{name}: {size} statements" for name, size in made["heads"].items())
    again = f"{applied} erasures were applied again." if applied else "Nothing was erased since."
    report(
        {**made, "erasures_applied": applied}, as_json,
        f"{text}.\n{again}\nRun `lrs verify` next: it compares with "
        f"{settings.resolved_tree_heads}.",
    )  # fmt: skip


def _left_out(settings: Settings) -> str:
    return _LEFT_OUT.format(
        keys=settings.resolved_log_keys,
        heads=settings.resolved_tree_heads,
        erasures=settings.resolved_erasures,
    )
