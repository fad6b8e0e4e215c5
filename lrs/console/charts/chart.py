"""A chart: what it is about in words, how it is drawn, and the same figures as a table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lrs.console.language import _, mark, reader

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_MICROS = 1_000_000
WIDE, SQUARE = (720, 300), (440, 380)
_NARROW = {WIDE: (350, 260), SQUARE: (350, 320)}  # on a phone


class Row(NamedTuple):
    """cells: as people read them, in the order of the columns. statement: the id of the one
    behind it, if it is one. figure: the key of the evidence of more than one. label: what the row
    is about, where its first cell does not say it by itself."""

    cells: tuple[str, ...]
    statement: str | None = None
    figure: str | None = None
    label: str = ""

    @property
    def about(self) -> str:
        return self.label or self.cells[0]


@dataclass(frozen=True, slots=True)
class Chart:
    """name: in addresses. spec: Vega-Lite, data inside; None where there is nothing to draw, for
    the reason given in `empty`. size: in pixels, with its axes. figure: the key of the one that
    the whole chart is about, if it is about one."""

    name: str
    title: str
    description: str
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    spec: dict[str, Any] | None = None
    empty: str = ""
    note: str = ""
    size: tuple[int, int] = WIDE
    figure: str = ""

    @property
    def narrow(self) -> "Chart | None":
        """The same for a phone; None where it is as it is, at any width."""
        size = _NARROW.get(self.size)
        if self.spec is None or size is None:
            return None
        spec = {**self.spec, "width": size[0], "height": size[1]}
        return replace(self, spec=spec, size=size)

    def questioned(self, keys: Collection[str]) -> bool:
        """Whether one of these figures is in it."""
        return self.figure in keys or any(one.figure in keys for one in self.rows)


def practised(n: int) -> str:
    """Which time a skill was practised."""
    first = {1: mark("the 1st time"), 2: mark("the 2nd time"), 3: mark("the 3rd time")}
    return _(first[n]) if n in first else _("the {n}th time").format(n=n)


def spec_of(chart_size: tuple[int, int], **parts: Any) -> dict[str, Any]:
    """A whole specification from its parts; axes and names are inside its size."""
    width, height = chart_size
    fit = {"autosize": {"type": "fit", "contains": "padding"}} if width else {}
    return {"$schema": SCHEMA, "width": width, "height": height, **fit, **parts}


def local(at_us: int) -> str:
    """A moment by the reader's clock, written as UTC: axes are drawn as they stand."""
    moment = datetime.fromtimestamp(at_us / _MICROS, UTC).astimezone(reader().zone)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at_us: int) -> str:
    """The moment as a timestamp with its zone, for `wording`."""
    return datetime.fromtimestamp(at_us / _MICROS, UTC).isoformat()


def time_axis(field_name: str, title: str) -> dict[str, Any]:
    return {
        "field": field_name, "type": "temporal", "title": title, "scale": {"type": "utc"},
        "axis": {"labelOverlap": True, "labelSeparation": 10, "tickCount": 6, "format": "%-d %b"},
    }  # fmt: skip


def share_axis(field_name: str, title: str, *, top: float = 1.0) -> dict[str, Any]:
    return {
        "field": field_name, "type": "quantitative", "title": title,
        "scale": {"domain": [0, top]}, "axis": {"format": ".0%", "tickCount": 5},
    }  # fmt: skip
