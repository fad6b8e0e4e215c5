"""`lrs prove` and `lrs log-key`: receipts for statements, and the keys that sign tree heads."""

import time
from pathlib import Path
from typing import Any

import click
import orjson

from lrs.commands.parts import Parts, json_option, parts, report, store_option, table
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.proofs.receipts import entry_of, receipt
from lrs.storage.proofs.tree import Tree
from lrs.xapi.timestamps import format_us


def tree_heads(opened: Parts) -> TreeHeads:
    settings = opened.settings
    return TreeHeads(
        opened.database,
        KeyFile(settings.resolved_log_keys),
        Outside(settings.resolved_tree_heads),
        settings.origin,
    )


@click.command()
@click.argument("statement_id", metavar="STATEMENT-ID")
@store_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: print it.")
def prove(statement_id: str, store_name: str, out: Path | None) -> None:
    """Make a receipt: that a statement stands in the log, checkable without this installation.

    `lrs verify --receipt FILE` checks it, anywhere.
    """
    with parts() as opened:
        made = orjson.dumps(_receipt(opened, store_name, statement_id), option=orjson.OPT_INDENT_2)
    if out is None:
        click.echo(made.decode())
    else:
        out.write_bytes(made + b"\n")
        click.echo(f"Receipt in {out}.")


def _receipt(opened: Parts, store_name: str, statement_id: str) -> dict[str, Any]:
    store, heads = opened.stores.get(store_name), tree_heads(opened)
    found = entry_of(opened.database, framer(opened.database), store, statement_id)
    head = heads.latest(store)
    if head is None or head.size <= found.position:
        head = heads.sign(store)
    tree = Tree(opened.database, store.id)
    return receipt(tree, found, heads.origin(store), head, heads.verifiers(store))


@click.group("log-key")
def log_key() -> None:
    """Keys that sign tree heads: kept in a file outside the database (LRS_LOG_KEYS)."""


@log_key.command("list")
@store_option
@json_option
def list_keys(store_name: str, as_json: bool) -> None:
    """List the keys by their id in a store's log, with the public key to give to verifiers."""
    with parts() as opened:
        origin = tree_heads(opened).origin(opened.stores.get(store_name))
        keys = KeyFile(opened.settings.resolved_log_keys).keys()
    found = [
        {
            "id": key.signer(origin).verifier.id.hex(),
            "vkey": key.signer(origin).verifier.vkey,
            "created": key.created,
            "retired": key.retired,
        }
        for key in keys
    ]
    rows = [(str(one["id"]), str(one["created"]), str(one["retired"] or "signs")) for one in found]
    text = table([("id", "created", "retired"), *rows])
    report({"items": found, "next": None}, as_json, text)


@log_key.command("rotate")
@json_option
def rotate(as_json: bool) -> None:
    """Make another key. It signs beside the old one until that is retired.

    Give the new public key to whoever verifies, then retire the old one.
    """
    with parts() as opened:
        opened.record("rotated", "log-key", "-")
        KeyFile(opened.settings.resolved_log_keys).rotate(format_us(time.time_ns() // 1000))
    report({"rotated": True}, as_json, "A new key signs beside the old one; see lrs log-key list.")


@log_key.command("retire")
@click.argument("key_id")
@store_option
@json_option
def retire(key_id: str, store_name: str, as_json: bool) -> None:
    """Let the key KEY_ID sign no more; heads that it signed still verify."""
    with parts() as opened:
        origin = tree_heads(opened).origin(opened.stores.get(store_name))
        keys = KeyFile(opened.settings.resolved_log_keys)
        opened.record("retired", "log-key", key_id, store=store_name)
        keys.retire(origin, key_id, format_us(time.time_ns() // 1000))
    report({"retired": key_id}, as_json, f"The key {key_id} signs no more.")
