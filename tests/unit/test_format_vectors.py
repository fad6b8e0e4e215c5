"""The formats that are for ever are the ones in docs/decisions: their vectors, read from there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lrs.merkle import checkpoint, proofs, tiles
from lrs.merkle.checkpoint import Checkpoint
from lrs.merkle.frontier import Frontier
from lrs.merkle.hashing import entry_hash, leaf_hash
from lrs.merkle.note import Signer, Verifier
from lrs.merkle.tiles import ENTRIES, Tile
from lrs.storage.log.entries import short
from lrs.storage.log.framing import Framer
from lrs.storage.log.keys import Keys
from lrs.xapi.statement import document, read
from lrs.xapi.timestamps import format_us
from lrs.xapi.versions import Version

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


def vectors(name: str) -> Any:
    found = re.search(r"```json\n(.*?)\n```", (DECISIONS / name).read_text(), re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("vector", vectors("0001-document.md"))
def test_the_document_of_a_statement(vector: dict[str, Any]) -> None:
    statements, _ = read(
        vector["sent"].encode(), Version(vector["version"]), received_us=vector["received_us"]
    )
    text = document(
        statements[0].head, vector["authority"].encode(), format_us(vector["stored_us"])
    )
    assert text.decode() == vector["document"]


@pytest.mark.parametrize("vector", vectors("0002-framing.md"))
def test_every_frame_ever_written_is_readable(vector: dict[str, Any]) -> None:
    dictionaries = {
        int(number): bytes.fromhex(body) for number, body in vector["dictionaries"].items()
    }
    framer = Framer(dictionaries)
    assert framer.unframe(bytes.fromhex(vector["frame"])).decode() == vector["document"]
    assert framer.frame(vector["document"].encode())[0] == int(vector["frame"][:2], 16)


def test_entries_leaves_roots_and_frontiers() -> None:
    vector = vectors("0003-salt-entry-leaf-tree.md")
    salt, frontier = bytes.fromhex(vector["salt"]), Frontier()
    for row in vector["log"]:
        entry = entry_hash(salt, row["document"].encode())
        frontier.extend([leaf_hash(entry)])
        assert entry.hex() == row["entry"]
        assert leaf_hash(entry).hex() == row["leaf"]
        assert frontier.root().hex() == row["root"]
        assert frontier.encode().hex() == row["frontier"]


def test_proofs_tiles_and_signed_heads() -> None:
    vector = vectors("0009-proofs-tiles-heads.md")
    entries = list(map(bytes.fromhex, vector["entries"]))
    leaves, root = list(map(leaf_hash, entries)), bytes.fromhex(vector["root"])
    tile = Tile.parse(vector["tile"]["path"])
    assert b"".join(leaves[: tile.width]).hex() == vector["tile"]["body"]
    assert Tile.parse(vector["bundle"]["path"]) == Tile(ENTRIES, 0, 3)
    assert tiles.unbundle(bytes.fromhex(vector["bundle"]["body"])) == entries
    assert tiles.bundle(entries).hex() == vector["bundle"]["body"]
    nodes = tiles.nodes(len(leaves), lambda _: bytes.fromhex(vector["tile"]["body"]))
    assert proofs.root(len(leaves), nodes) == root
    for row in vector["inclusion"]:
        proof = proofs.inclusion(row["index"], row["size"], nodes)
        assert [one.hex() for one in proof] == row["proof"]
    for row in vector["consistency"]:
        proof = proofs.consistency(row["first"], row["second"], nodes)
        assert [one.hex() for one in proof] == row["proof"]
    verifier = Verifier.parse(vector["vkey"])
    signer = Signer(verifier.name, bytes.fromhex(vector["seed"]))
    head = checkpoint.verify(vector["checkpoint"].encode(), verifier.name, [verifier])
    assert head == Checkpoint(verifier.name, len(leaves), root)
    assert head.sign([signer]).decode() == vector["checkpoint"]


def test_digests_and_their_halves() -> None:
    vector = vectors("0004-keys.md")
    keys = Keys(bytes.fromhex(vector["secret"]))
    for row in vector["keys"]:
        digest = getattr(keys, row["kind"])(row["text"])
        assert digest.hex() == row["digest"]
        assert short(digest) == row["index"]
