"""`lrs align`: which skills activities are about."""

from pathlib import Path
from typing import IO, Any

import click

from lrs.commands.parts import json_option, parts, report, store_option
from lrs.storage.alignment.files import MOST_BYTES, read_alignment
from lrs.storage.views.aligning import Aligning


@click.command()
@click.argument("file", type=click.File("rb"))
@store_option
@click.option("--add", is_flag=True, help="Add to what is there, instead of replacing it.")
@click.option("--dry-run", is_flag=True, help="Only say what it would change.")
@json_option
def align(file: IO[bytes], store_name: str, add: bool, dry_run: bool, as_json: bool) -> None:
    """Say which skills activities are about, and which skills come before which.

    FILE (- for standard input) is a CSV of activity,skill and perhaps a skill name, a CSV of
    skill,prerequisite, or a 1EdTech CASE package as JSON. Only learners who met an activity whose
    skills change are folded again.
    """
    told = read_alignment(file.read(MOST_BYTES + 1))
    with parts() as opened:
        also = opened.audited("adopted", "alignment", store_name, store=store_name)
        aligning = Aligning(opened.database, opened.stores.get(store_name), also)
        plan = aligning.plan(told, add=add)
        if dry_run:
            found = {"before": plan.before, **plan.change.plain()}
        else:
            found = aligning.adopt(plan, Path(file.name).name)
    report({"store": store_name, "dry_run": dry_run, **found}, as_json, _text(found, dry_run))


def _text(found: dict[str, Any], dry_run: bool) -> str:
    counts = found["activities"]
    links = found["prerequisites"]
    lines = [
        f"Activities: {counts['added']} added, {counts['changed']} changed, "
        f"{counts['removed']} removed; {counts['met']} of them stand in statements.",
        f"Prerequisites: {links['added']} added, {links['removed']} removed.",
        f"{found['learners']} learners and {found['figures']} figures "
        + ("would be computed again." if dry_run else "are computed again."),
    ]
    for one in counts["examples"]:
        before, after = (", ".join(one[name]) or "(none)" for name in ("before", "after"))
        lines.append(f"  {one['activity']}: {before} → {after}")
    if dry_run:
        lines.append("Nothing was changed.")
    elif found["number"] == found["before"]:
        lines.append(f"This is version {found['number']}, which is in use already.")
    else:
        lines.append(f"Version {found['number']} is in use instead of {found['before']}.")
    return "\n".join(lines)
