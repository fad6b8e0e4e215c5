"""Quantiles that do not depend on order and can be merged: DDSketch (Masson et al. 2019).

A sketch is a dict of bucket → count, buckets as text so that it survives JSON. Values below a
millisecond share one bucket; relative error 2%.
"""

from collections.abc import Mapping
from math import ceil, log
from typing import Final

ERROR: Final = 0.02
_GAMMA: Final = (1.0 + ERROR) / (1.0 - ERROR)
_LOG_GAMMA: Final = log(_GAMMA)
_LEAST: Final = 1e-3
_MOST: Final = 1e9
_FIRST: Final = str(ceil(log(_LEAST) / _LOG_GAMMA))


def bucket_of(value: float) -> str:
    if value <= _LEAST:
        return _FIRST
    return str(ceil(log(value if value < _MOST else _MOST) / _LOG_GAMMA))


def add(sketch: dict[str, int], value: float) -> None:
    bucket = bucket_of(value)
    sketch[bucket] = sketch.get(bucket, 0) + 1


def move(sketch: dict[str, int], old: float, new: float) -> None:
    """A value that is in the sketch has grown."""
    bucket, into = bucket_of(old), bucket_of(new)
    if bucket == into:
        return
    left = sketch.get(bucket, 0) - 1
    if left > 0:
        sketch[bucket] = left
    else:
        sketch.pop(bucket, None)
    sketch[into] = sketch.get(into, 0) + 1


def merge(sketch: dict[str, int], other: Mapping[str, int]) -> None:
    """Add another sketch to this one."""
    for bucket, n in other.items():
        sketch[bucket] = sketch.get(bucket, 0) + n


def count(sketch: Mapping[str, int]) -> int:
    return sum(sketch.values())


def quantile(sketch: Mapping[str, int], q: float) -> float | None:
    """The value below which the share q lies, within 2%; None of nothing."""
    rank = q * (count(sketch) - 1)
    seen = 0
    for bucket in sorted(map(int, sketch)):
        seen += sketch[str(bucket)]
        if seen > rank:
            return float(2.0 * _GAMMA**bucket / (_GAMMA + 1.0))
    return None
