"""Reading statements, without HTTP or database: CPU per statement, beside orjson's bare parsing.

    python tests/benchmark/bench_xapi.py [--count N] [--json]

`fast` and `table` are the two ways a valid statement can go: the memories of its parts' texts,
which every statement tries first, and the table that checks the whole of it. `strangers` are
statements whose actors and activities were never seen, so that the memories only cost.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import workload

from lrs.xapi import references
from lrs.xapi.acceptor import Acceptor
from lrs.xapi.faults import Faults
from lrs.xapi.json import parse
from lrs.xapi.statement import read
from lrs.xapi.tables import table_for
from lrs.xapi.versions import Version

_REPEATS = 3


def microseconds(each: Callable[[bytes], Any], bodies: Iterable[bytes], count: int) -> float:
    """CPU time of a statement: the best of some runs, the first of which warms up."""
    best = float("inf")
    for _ in range(_REPEATS):
        began = time.process_time()
        for body in bodies:
            each(body)
        best = min(best, time.process_time() - began)
    return best / count * 1e6


def strangers(count: int) -> list[bytes]:
    """Batches in which no actor and no activity stands twice."""
    source = random.Random(2)
    found = []
    for number in range(count):
        text = workload.statement(number, source)
        text = text.replace(b"5f0c2a7e-", b"%08x-" % number).replace(b"block@", b"b%d@" % number)
        found.append(text)
    return [b"[" + b",".join(found[at : at + 100]) + b"]" for at in range(0, count, 100)]


def read_all(body: bytes) -> None:
    read(body, Version.V1, received_us=0)


def by_table(text: bytes) -> None:
    value = parse(text)
    faults = Faults()
    table_for(Version.V1, value.get("version")).statement(value, "", faults)
    references.of(value)


def measure(count: int) -> dict[str, float]:
    singles = list(workload.statements(count))
    batches = workload.batches(count, 100)
    acceptor = Acceptor()
    return {
        "bytes": sum(map(len, singles)) / count,
        "orjson": microseconds(orjson.loads, singles, count),
        "read_batches_of_100": microseconds(read_all, batches, count),
        "read_singles": microseconds(read_all, singles, count),
        "read_strangers": microseconds(read_all, strangers(count), count),
        "fast": microseconds(lambda text: acceptor.accept(text, Version.V1), singles, count),
        "table": microseconds(by_table, singles, count),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000, help="statements to read")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.count)
    if options.json:
        json.dump(found, sys.stdout)
        print()
        return
    print(f"{'statement':<22}{found['bytes']:8.0f} bytes")
    for name, value in found.items():
        if name != "bytes":
            print(f"{name:<22}{value:8.1f} µs  {value / found['orjson']:5.1f} × orjson")


if __name__ == "__main__":
    main()
