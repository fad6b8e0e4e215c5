"""The transparency log of a real store: tiles, signed heads, proofs, receipts, key rotation."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text

from http_server import running
from log_fixtures import Log, make, opened
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.merkle import checkpoint, proofs
from lrs.merkle.checkpoint import Checkpoint
from lrs.merkle.errors import NotVerified
from lrs.merkle.hashing import leaf_hash
from lrs.merkle.tiles import Tile, split, unbundle
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import Rewritten, TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.proofs.receipts import entry_of, receipt, verify_receipt
from lrs.storage.proofs.tree import Tree

BASE = "https://lrs.example.org/records"


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        yield made


@pytest.fixture
def heads(log: Log, tmp_path: Path) -> TreeHeads:
    return heads_of(log, tmp_path)


def heads_of(log: Log, folder: Path) -> TreeHeads:
    keys, outside = KeyFile(folder / "keys.json"), Outside(folder / "heads.ndjson")
    return TreeHeads(log.database, keys, outside, BASE)


def grow(log: Log, count: int) -> None:
    for start in range(0, count, 200):
        log.append(*(make() for _ in range(min(200, count - start))))


def signed(heads: TreeHeads, log: Log) -> Checkpoint:
    head = heads.sign(log.store)
    return checkpoint.verify(head.note, heads.origin(log.store), heads.verifiers(log.store))


def test_a_head_is_signed_over_the_leaves_of_every_statement(log: Log, heads: TreeHeads) -> None:
    grow(log, 700)
    found = signed(heads, log)
    tree = Tree(log.database, log.store.id)
    entries = [
        entry
        for tile in (Tile(-1, 0), Tile(-1, 1), Tile(-1, 2, 188))
        for entry in unbundle(tree.tile(tile, 700))
    ]
    leaves = [leaf_hash(entry) for entry in entries]
    assert found.size == len(leaves) == 700
    assert found.root == proofs.root(700, lambda level, index: _node(leaves, level, index))


def _node(leaves: list[bytes], level: int, index: int) -> bytes:
    if level == 0:
        return leaves[index]
    left, right = (_node(leaves, level - 1, 2 * index + side) for side in (0, 1))
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_full_tiles_are_kept_and_partial_ones_made_from_the_log(log: Log, heads: TreeHeads) -> None:
    grow(log, 300)
    before = Tree(log.database, log.store.id).tile(Tile(0, 0), 300)
    heads.sign(log.store)
    with log.database.read() as connection:
        kept = connection.execute(text("SELECT level, number FROM tiles")).all()
    assert kept == [(0, 0)]
    tree = Tree(log.database, log.store.id)
    assert tree.tile(Tile(0, 0), 300) == before
    assert len(split(tree.tile(Tile(0, 1, 44), 300), 44)) == 44
    with pytest.raises(NotFound):
        tree.tile(Tile(0, 1, 45), 300)


def test_every_statement_is_proved_to_be_in_every_later_head(log: Log, heads: TreeHeads) -> None:
    tree = Tree(log.database, log.store.id)
    for size in (1, 2, 256, 257, 515):
        grow(log, size - (heads.latest(log.store) or (0, 0))[1])
        head = signed(heads, log)
        for position in {0, size // 2, size - 1}:
            (entry,) = unbundle(tree.tile(Tile(-1, position // 256, position % 256 + 1), size))[-1:]
            path = tree.inclusion(position, size)
            proofs.verify_inclusion(leaf_hash(entry), position, size, path, head.root)
            with pytest.raises(NotVerified):
                proofs.verify_inclusion(leaf_hash(b"x"), position, size, path, head.root)


def test_a_later_head_is_consistent_with_every_earlier_one(log: Log, heads: TreeHeads) -> None:
    found = []
    for _ in range(5):
        grow(log, 130)
        found.append(signed(heads, log))
    tree = Tree(log.database, log.store.id)
    for first in found:
        for second in found[found.index(first) :]:
            path = tree.consistency(first.size, second.size)
            proofs.verify_consistency(first.size, second.size, path, first.root, second.root)


def test_a_log_that_has_not_grown_gets_no_second_signature(log: Log, heads: TreeHeads) -> None:
    grow(log, 3)
    assert heads.sign(log.store) == heads.sign(log.store)
    grow(log, 1)
    assert heads.sign(log.store).number == 1


def test_a_head_is_outside_the_database_before_anybody_sees_it(
    log: Log, heads: TreeHeads, tmp_path: Path
) -> None:
    grow(log, 3)
    head = heads.sign(log.store)
    (line,) = Outside(tmp_path / "heads.ndjson").heads()
    assert line.note == head.note
    assert line.store == log.store.name
    assert checkpoint.verify(line.note, heads.origin(log.store), line.verifiers).size == 3


def test_the_private_key_is_for_its_owner_alone_and_not_in_the_database(
    log: Log, heads: TreeHeads, tmp_path: Path
) -> None:
    grow(log, 1)
    heads.sign(log.store)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    seed = KeyFile(tmp_path / "keys.json").keys()[0].seed
    assert seed.hex() not in (tmp_path / "heads.ndjson").read_text()


def test_a_database_that_lost_statements_gets_no_signature(
    log: Log, heads: TreeHeads, database_url: str
) -> None:
    grow(log, 5)
    before = Tree(log.database, log.store.id).head()
    grow(log, 5)
    heads.sign(log.store)
    _tamper(
        database_url,
        "DELETE FROM log WHERE position >= 5",
        f"UPDATE heads SET size = 5, frontier = {_blob(database_url, before.encode())}",
    )
    with pytest.raises(Rewritten, match="older than that"):
        heads.sign(log.store)


def test_a_database_whose_past_was_rewritten_gets_no_signature(
    log: Log, heads: TreeHeads, database_url: str
) -> None:
    grow(log, 40)
    heads.sign(log.store)
    other = _blob(database_url, bytes(32))
    _tamper(database_url, f"UPDATE log SET entry = {other} WHERE position = 7")
    grow(log, 1)
    with pytest.raises(Rewritten, match="no longer begins"):
        heads.sign(log.store)


def _blob(url: str, value: bytes) -> str:
    return f"'\\x{value.hex()}'::bytea" if url.startswith("postgresql") else f"x'{value.hex()}'"


def _tamper(url: str, *statements: str) -> None:
    """What an attacker with every right in the database does."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if url.startswith("postgresql"):
            for table in ("log", "heads"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_receipt_is_verified_without_the_database(log: Log, heads: TreeHeads) -> None:
    values = [make() for _ in range(9)]
    log.append(*values)
    head, tree = heads.sign(log.store), Tree(log.database, log.store.id)
    found = entry_of(log.database, framer(log.database), log.store, values[4]["id"])
    keys = heads.verifiers(log.store)
    made = json.loads(json.dumps(receipt(tree, found, heads.origin(log.store), head, keys)))
    assert json.loads(made["document"])["id"] == values[4]["id"]
    assert verify_receipt(made, keys)["position"] == 4
    for member, other in (
        ("document", made["document"].replace("example", "example1", 1)),
        ("salt", made["salt"][:-1] + ("0" if made["salt"][-1] != "0" else "1")),
        ("position", 5),
        ("inclusion", made["inclusion"][:-1]),
        ("checkpoint", made["checkpoint"].replace("\n9\n", "\n10\n")),
        ("origin", "lrs.example.org/log/other"),
    ):
        with pytest.raises(NotVerified):
            verify_receipt({**made, member: other}, keys)
    for value in ({}, [], None, {**made, "type": "x"}, {**made, "salt": "zz"}):
        with pytest.raises(InvalidRequest):
            verify_receipt(value, keys)


def test_a_receipt_signed_by_another_key_than_the_one_that_is_trusted_is_refused(
    log: Log, heads: TreeHeads, tmp_path: Path
) -> None:
    value = make()
    log.append(value)
    head = heads.sign(log.store)
    found = entry_of(log.database, framer(log.database), log.store, value["id"])
    tree, keys = Tree(log.database, log.store.id), heads.verifiers(log.store)
    made = receipt(tree, found, heads.origin(log.store), head, keys)
    other = KeyFile(tmp_path / "other.json").make("2026-01-01T00:00:00Z")[0]
    with pytest.raises(NotVerified):
        verify_receipt(made, [other.signer(heads.origin(log.store)).verifier])
    assert verify_receipt(made, [])["trusted_key"] is False


def test_a_new_key_signs_beside_the_old_one_until_that_is_retired(
    log: Log, heads: TreeHeads, tmp_path: Path
) -> None:
    grow(log, 2)
    heads.sign(log.store)
    (old,) = heads.verifiers(log.store)
    keys, origin = KeyFile(tmp_path / "keys.json"), heads.origin(log.store)
    with pytest.raises(Conflict):
        keys.retire(origin, old.id.hex(), "2026-01-01T00:00:00Z")
    keys.rotate("2026-01-01T00:00:00Z")
    both = heads.sign(log.store)
    new = next(one for one in heads.verifiers(log.store) if one != old)
    for key in (old, new):
        checkpoint.verify(both.note, origin, [key])
    keys.retire(origin, old.id.hex(), "2026-01-02T00:00:00Z")
    with pytest.raises(NotFound):
        keys.retire(origin, "00000000", "2026-01-02T00:00:00Z")
    grow(log, 1)
    after = heads.sign(log.store)
    checkpoint.verify(after.note, origin, [new])
    with pytest.raises(NotVerified):
        checkpoint.verify(after.note, origin, [old])
    assert set(heads.verifiers(log.store)) == {old, new}


def test_two_processes_that_sign_at_once_leave_one_line_of_heads(
    log: Log, heads: TreeHeads, tmp_path: Path
) -> None:
    grow(log, 2)
    other = heads_of(log, tmp_path)
    heads.sign(log.store)
    grow(log, 2)
    assert heads.sign(log.store).number == other.sign(log.store).number == 1


def test_over_http_the_log_is_open_and_holds_nothing_of_a_statement(
    database_url: str, tmp_path: Path
) -> None:
    with running(tmp_path, database_url) as server:
        with server.client() as client:
            value = make()
            client.store_statements(*(make() for _ in range(256)), value)
            proof = client.get(f"/api/v1/statements/{value['id']}/receipt").json()
            assert (
                client.get(f"/api/v1/statements/{value['id']}").json()["proof"]["position"] == 256
            )
            base = f"/log/{client.store}"
        with httpx2.Client(base_url=server.url) as anybody:
            answer = anybody.get(f"{base}/checkpoint")
            keys = anybody.get(f"{base}/keys").text.split()
            assert answer.text == proof["checkpoint"]
            assert verify_receipt(proof, [])["size"] == 257
            assert keys == proof["verifiers"]
            tile = anybody.get(f"{base}/tile/0/000")
            assert len(tile.content) == 256 * 32
            assert "immutable" in tile.headers["cache-control"]
            assert len(unbundle(anybody.get(f"{base}/tile/entries/001.p/1").content)) == 1
            path = anybody.get(f"{base}/proof/inclusion", params={"position": 256}).json()
            assert path["hashes"] == proof["inclusion"]
            for wrong in ("tile/0/1", "tile/0/002", "tile/9x/000", "proof/consistency?first=999"):
                assert anybody.get(f"{base}/{wrong}").status_code == 404, wrong
            assert anybody.get("/log/nowhere/checkpoint").status_code == 404
