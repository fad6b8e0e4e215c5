"""What the proofs cost: append with the tree beside append without it, and verification.

    python tests/benchmark/bench_proofs.py [--database postgresql|sqlite] [--count N] [--json]

Blocks of the same statements go into two stores of one database in turn, with and without salts,
hashes and the tree's frontier, so that both meet the same minutes of the machine; where there is
no salt and no hash, 48 zero bytes are stored in their place. A block is parsed and validated as a
request is; HTTP, which costs both the same, is left out, so that the ratio is the worst there is.
The ratio is that of the CPU time of this process and of the database together; beside it stands
the one by the clock. Sealing tiles and signing heads is a worker's, once a second; what it costs
is told beside the rest. Then the log with the tree is verified, in one process, the second time:
the first time after it is written PostgreSQL has more to do.
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import workload
from processes import cpu_seconds

from log_fixtures import RECEIVED_US, Log, opened
from lrs.merkle.frontier import Frontier
from lrs.storage.administration.migrate import migrate
from lrs.storage.administration.stores import Store
from lrs.storage.erasure.records import erased_within
from lrs.storage.log import append
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.verify.fault import Fault
from lrs.storage.verify.index_check import IndexCheck
from lrs.storage.verify.log_check import LogCheck, State
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from services.postgres import PostgresServer

_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "wal_compression": "on"}
_BLOCK, _BATCH = 2_000, 500


class NoTree:
    """A frontier that nothing is added to."""

    _EMPTY = Frontier().encode()

    @staticmethod
    def decode(_size: int, _data: bytes) -> "NoTree":
        return NoTree()

    def extend(self, _leaves: object) -> None:
        """Nothing."""

    def encode(self) -> bytes:
        return self._EMPTY


@contextmanager
def without_tree() -> Iterator[None]:
    """Appending hashes nothing, salts nothing and keeps no frontier, for the length of a block."""
    nothing = SimpleNamespace(digest=lambda: bytes(32))
    others = {
        "leaf_hash": lambda _entry: b"",
        "Frontier": NoTree,
        "os": SimpleNamespace(urandom=bytes),
        "hashlib": SimpleNamespace(sha256=lambda _data: nothing, blake2b=hashlib.blake2b),
    }
    before = {name: getattr(append, name) for name in others}
    vars(append).update(others)
    try:
        yield
    finally:
        vars(append).update(before)


@dataclass
class Bench:
    log: Log
    bare: Store
    heads: TreeHeads
    outside: Outside
    roots: list[int]

    def block(self, bodies: list[bytes], store: Store) -> tuple[float, float]:
        """CPU and clock seconds of parsing and appending some batches."""
        cpu, began = self.cpu(), time.perf_counter()
        waiting = []
        for body in bodies:
            statements, _ = read(body, Version.V1, received_us=RECEIVED_US)
            waiting.append(self.log.writer.submit(store, self.log.credential.authority, statements))
        for future in waiting:
            future.result(60)
        return self.cpu() - cpu, time.perf_counter() - began

    def sign(self) -> float:
        """CPU seconds of sealing and signing, if the last head is a second old."""
        cpu = self.cpu()
        self.heads.current(self.log.store)
        return self.cpu() - cpu

    def cpu(self) -> float:
        return time.process_time() + (cpu_seconds(*self.roots) if self.roots else 0.0)

    def appending(self, count: int) -> dict[str, Any]:
        source, ratios = random.Random(1), list[tuple[float, float]]()
        total, signing = [[0.0, 0.0], [0.0, 0.0]], 0.0
        for number in range(0, count + _BLOCK, _BLOCK):
            some = [workload.statement(number + n, source) for n in range(_BLOCK)]
            bodies = [
                b"[" + b",".join(some[at : at + _BATCH]) + b"]" for at in range(0, _BLOCK, _BATCH)
            ]
            turns = [0, 1] if number // _BLOCK % 2 else [1, 0]
            spent = [(0.0, 0.0), (0.0, 0.0)]
            for which in turns:
                if which:
                    spent[1] = self.block(bodies, self.log.store)
                else:
                    with without_tree():
                        spent[0] = self.block(bodies, self.bare)
            signed = self.sign()
            if number == 0:
                continue  # the first block learns what both remember
            signing += signed
            ratios.append((spent[1][0] / spent[0][0], spent[1][1] / spent[0][1]))
            for which in (0, 1):
                for what in (0, 1):
                    total[which][what] += spent[which][what]
        return {
            "without_tree_cpu_us": round(total[0][0] / count * 1e6, 1),
            "with_tree_cpu_us": round(total[1][0] / count * 1e6, 1),
            "signing_cpu_us": round(signing / count * 1e6, 1),
            "cpu_ratio": round(total[1][0] / total[0][0], 3),
            "cpu_ratio_with_signing": round((total[1][0] + signing) / total[0][0], 3),
            "cpu_ratio_median_of_blocks": round(median(one for one, _ in ratios), 3),
            "clock_ratio": round(total[1][1] / total[0][1], 3),
        }

    def verifying(self) -> dict[str, Any]:
        log, found, framing = self.log, list[Fault](), framer(self.log.database)
        self.heads.sign(log.store)
        check = LogCheck(
            log.database, framing, log.store, self.heads, self.outside, found.append,
            partial(erased_within, log.database, log.store.id),
        )  # fmt: skip
        index = IndexCheck(log.database, framing, log.store, found.append)
        runs = {
            "log": lambda: check.run(State(), lambda _at, _size: None, lambda _state: None),
            "index": lambda: index.run(0, lambda _at, _size: None, lambda _at: None),
        }
        size = self.heads.sign(log.store).size
        told: dict[str, Any] = {"statements": size}
        for name, run in runs.items():
            cpu, began = self.cpu(), time.perf_counter()
            run()
            told[name] = {
                "per_second": round(size / (time.perf_counter() - began)),
                "per_core_second": round(size / (self.cpu() - cpu)),
            }
        assert found == [], found[:3]
        return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    count = max(_BLOCK, chosen.count // _BLOCK * _BLOCK)
    with ExitStack() as stack:
        roots: list[int] = []
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/lrs.sqlite3"
        if chosen.database == "postgresql":
            postgres = stack.enter_context(PostgresServer(settings=_SETTINGS))
            url = postgres.create_database()
            roots.append(postgres.pid)
        migrate(url)
        log = stack.enter_context(opened(url))
        outside = Outside(folder / "heads.ndjson")
        heads = TreeHeads(log.database, KeyFile(folder / "keys.json"), outside, "https://a.example")
        bench = Bench(log, log.stores.create("bare"), heads, outside, roots)
        appended = bench.appending(count)
        bench.verifying()
        found = {"append": appended, "verify": bench.verifying()}
    report(found, chosen.json)


def report(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, indent=2))
        return
    row = found["append"]
    print(
        f"append  without tree {row['without_tree_cpu_us']:>6} µs CPU  "
        f"with {row['with_tree_cpu_us']:>6} µs  "
        f"ratio {row['cpu_ratio']}, with sealing and signing beside it "
        f"{row['cpu_ratio_with_signing']} (median of blocks {row['cpu_ratio_median_of_blocks']}, "
        f"by the clock {row['clock_ratio']})"
    )
    for name in ("log", "index"):
        row = found["verify"][name]
        print(
            f"verify --{name:5}  {row['per_second']:>6}/s by the clock, "
            f"{row['per_core_second']:>6}/s of one core"
        )


if __name__ == "__main__":
    main()
