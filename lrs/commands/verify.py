"""`lrs verify`: derive everything again from what must not change, and name what differs."""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from lrs.commands.parts import Parts, json_option, parts, report
from lrs.commands.proofs import tree_heads
from lrs.errors import InvalidRequest
from lrs.merkle.errors import NotVerified
from lrs.merkle.note import Verifier
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.erasure.records import erased_within
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.log_export import verify_export
from lrs.storage.proofs.outside import Outside
from lrs.storage.proofs.receipts import verify_receipt
from lrs.storage.verify.advice import advice
from lrs.storage.verify.attachment_check import AttachmentCheck
from lrs.storage.verify.dictionaries import check_dictionaries
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.index_check import IndexCheck
from lrs.storage.verify.log_check import LogCheck, State
from workers.verify import ViewsCheck

_NAMED = 1_000  # faults listed one by one; all are counted
_SECONDS = 0.5
EVERY_STORE = "every store"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Findings:
    """Faults as they are found, and progress on standard error."""

    def __init__(self) -> None:
        self.count = 0
        self.faults: list[dict[str, Any]] = []
        self.stage, self.store = "", ""
        self.waiting: dict[str, int] = {}
        self._shown = 0.0

    def fault(self, found: Fault) -> None:
        self.count += 1
        if len(self.faults) < _NAMED:
            where = {"stage": self.stage, "store": self.store}
            self.faults.append({**where, **found.plain(), "next": advice(self.stage, found)})

    def progress(self, at: int, size: int | None = None) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self._shown < _SECONDS:
            return
        self._shown = time.monotonic()
        of = "" if size is None else f" of {size}"
        click.echo(f"\r{self.store} {self.stage}: {at}{of}   ", nl=False, err=True)


class Resumable:
    """Where each store's stages stand, in a file, so that a run can go on where one was stopped."""

    def __init__(self, path: Path, resume: bool) -> None:
        self._path = path
        self._state: dict[str, Any] = {}
        if resume and path.exists():
            self._state = json.loads(path.read_text())

    def get(self, store: Store, stage: str) -> Any:
        return self._state.get(f"{store.name}/{stage}")

    def keep(self, store: Store, stage: str, value: Any) -> None:
        self._state[f"{store.name}/{stage}"] = value
        made = self._path.with_suffix(".new")
        made.write_text(json.dumps(self._state))
        made.replace(self._path)

    def done(self) -> None:
        self._path.unlink(missing_ok=True)


@click.command()
@click.option("--log", "log", is_flag=True, help="Documents, salts, leaves, tiles, signed heads.")
@click.option("--index", is_flag=True, help="Keys, links, void marks, definitions, authorities.")
@click.option("--views", is_flag=True, help="Observations, learning events, states and views.")
@click.option("--attachments", is_flag=True, help="Data against digests; who uses it.")
@click.option("--store", "store_name", help="One store; default: every one.")
@click.option("--resume", is_flag=True, help="Go on where the last run was stopped.")
@click.option("--receipt", type=_FILE, help="Check a receipt of `lrs prove`; needs no database.")
@click.option("--export", "export_file", type=_FILE, help="Check an exported log; no database.")
@click.option("--key", "keys", multiple=True, help="Public key (vkey) you trust, for these two.")
@json_option
def verify(
    log: bool, index: bool, views: bool, attachments: bool, store_name: str | None, resume: bool,
    receipt: Path | None, export_file: Path | None, keys: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Derive everything again from what must not change, and name what differs.

    Without an option: every stage. Exit status 1 when anything differs.
    """
    findings = Findings()
    if receipt is not None:
        made = _receipt(receipt, _trusted(keys), findings)
    elif export_file is not None:
        made = _export(export_file, _trusted(keys), findings)
    else:
        every = not (log or index or views or attachments)
        made = _database(
            findings, store_name, resume, log=log or every, index=index or every,
            views=views or every, attachments=attachments or every,
        )  # fmt: skip
    value = {"verified": findings.count == 0, **made, "faults": findings.faults,
             "count": findings.count}  # fmt: skip
    report(value, as_json, _text(value))
    if findings.count:
        sys.exit(1)


def _trusted(keys: tuple[str, ...]) -> list[Verifier]:
    try:
        return [Verifier.parse(key) for key in keys]
    except ValueError as error:
        raise click.UsageError(f"--key: {error}") from error


def _receipt(path: Path, trusted: list[Verifier], findings: Findings) -> dict[str, Any]:
    findings.stage = "receipt"
    try:
        value = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"{path} is not JSON: {error}.") from error
    try:
        return verify_receipt(value, trusted)
    except NotVerified as error:
        findings.fault(Fault("receipt", None, str(error)))
        return {}


def _export(path: Path, trusted: list[Verifier], findings: Findings) -> dict[str, Any]:
    findings.stage = "export"
    with path.open("rb") as file:
        return verify_export(file, trusted, findings.fault, findings.progress)


def _database(
    findings: Findings, store_name: str | None, resume: bool, **wanted: bool
) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with parts() as opened:
        stores = [opened.stores.get(store_name)] if store_name else opened.stores.all()
        state = Resumable(opened.settings.home.resolve() / "verify-state.json", resume)
        if wanted["log"]:
            findings.store, findings.stage = EVERY_STORE, "log"
            check_dictionaries(opened.database, findings.fault)
        for store in stores:
            findings.store = store.name
            for stage in [name for name, chosen in wanted.items() if chosen]:
                if stage == "views" and store.name == AUDIT:
                    continue  # never observed
                findings.stage = stage
                began = time.monotonic()
                _STAGES[stage](opened, store, findings, state)
                seconds[f"{store.name}/{stage}"] = round(time.monotonic() - began, 3)
        state.done()
    return {
        "stores": [store.name for store in stores],
        "seconds": seconds,
        "learners_waiting": findings.waiting,
    }


def _log(opened: Parts, store: Store, findings: Findings, state: Resumable) -> None:
    heads, outside = tree_heads(opened), Outside(opened.settings.resolved_tree_heads)
    check = LogCheck(
        opened.database, framer(opened.database), store, heads, outside, findings.fault,
        partial(erased_within, opened.database, store.id),
    )  # fmt: skip
    kept = state.get(store, "log")
    check.run(
        State.of(kept) if kept else State(),
        findings.progress,
        _now_and_then(lambda at: state.keep(store, "log", at.plain())),
    )


def _index(opened: Parts, store: Store, findings: Findings, state: Resumable) -> None:
    check = IndexCheck(opened.database, framer(opened.database), store, findings.fault)
    check.run(
        state.get(store, "index") or 0,
        findings.progress,
        lambda at: state.keep(store, "index", at),
    )


def _views(opened: Parts, store: Store, findings: Findings, state: Resumable) -> None:
    check = ViewsCheck(opened.settings, store, findings.fault)
    try:
        check.run(
            state.get(store, "views") or 0,
            findings.progress,
            lambda at: state.keep(store, "views", at),
        )
    finally:
        check.close()
    if check.waiting:
        findings.waiting[store.name] = check.waiting


def _attachments(opened: Parts, store: Store, findings: Findings, state: Resumable) -> None:
    check = AttachmentCheck(
        opened.database, framer(opened.database), store, opened.settings.resolved_attachments,
        findings.fault,
    )  # fmt: skip
    check.run(
        state.get(store, "attachments") or 0,
        findings.progress,
        _now_and_then(lambda at: state.keep(store, "attachments", at)),
    )


_STAGES: dict[str, Callable[[Parts, Store, Findings, Resumable], None]] = {
    "log": _log,
    "index": _index,
    "views": _views,
    "attachments": _attachments,
}


def _now_and_then(keep: Callable[[Any], None]) -> Callable[[Any], None]:
    """The same, at most once a second."""
    last = time.monotonic()

    def kept(value: Any) -> None:
        nonlocal last
        if time.monotonic() - last > 1:
            last = time.monotonic()
            keep(value)

    return kept


def _text(value: dict[str, Any]) -> str:
    lines = [
        f"{fault['store']} {fault['stage']}: {fault['table']}"
        f"{'' if fault['position'] is None else ' at position ' + str(fault['position'])}: "
        f"{fault['what']}"
        for fault in value["faults"]
    ]
    if value["count"] > len(value["faults"]):
        lines.append(f"… and {value['count'] - len(value['faults'])} more")
    for name, count in value.get("learners_waiting", {}).items():
        lines.append(f"{name} views: {count} learners wait for the fold and were left out.")
    if not value["verified"]:
        lines.append(f"{value['count']} faults. What to do:")
        lines += [f"- {one}" for one in dict.fromkeys(fault["next"] for fault in value["faults"])]
    elif value.get("trusted_key") is False:
        lines.append("Whole, by the key it came with; give --key to say whom you trust.")
    else:
        lines.append("Everything holds.")
    return "\n".join(lines)
