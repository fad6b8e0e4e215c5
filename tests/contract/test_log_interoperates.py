"""Another implementation of C2SP transparency logs verifies ours, over HTTP."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from http_server import running
from statements import statement

tlog = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12 or later")


def test_others_verify_checkpoint_tiles_entries_and_both_proofs(
    database_url: str, tmp_path: Path
) -> None:
    from aics_tlog import checkpoint, note, remote, tiles, tree, verified  # noqa: PLC0415

    with running(tmp_path, database_url) as server:
        client = server.client()
        base = f"{server.url}/log/{client.store}"

        def head() -> Any:
            raw = httpx2.get(f"{base}/checkpoint").text
            keys = httpx2.get(f"{base}/keys").text.split()
            done = checkpoint.verify_checkpoint(note.parse_note(raw), note.parse_vkey(keys[0]))
            assert done.log_ok, done
            return done

        client.store_statements(*(statement() for _ in range(300)))
        client.get(f"/api/v1/statements/{client.store_statements(statement())[0]}/receipt")
        first = head()
        for _ in range(3):
            client.store_statements(*(statement() for _ in range(200)))
        client.get(f"/api/v1/statements/{client.store_statements(statement())[0]}/receipt")
        second = head()
        assert (first.size, second.size) == (301, 902)
        reader = remote.HttpTileReader(f"{base}/", proxies={})
        report = verified.audit_tiles(reader, second.size, second.root)
        assert (report.size, report.bundles) == (902, 4)
        path = tiles.inclusion_proof_from_tiles(reader, 300, second.size)
        leaf = tiles.read_entry(reader, 300, second.size)
        assert tree.verify_leaf_inclusion(leaf, 300, second.size, path, second.root)
        ours = client.get(
            f"/log/{client.store}/proof/consistency", params={"first": 301, "second": 902}
        ).json()["hashes"]
        theirs = tiles.consistency_proof_from_tiles(reader, 301, 902)
        assert [note.b64_decode(one) for one in ours] == theirs
        assert tree.verify_consistency(301, 902, first.root, second.root, theirs)
