"""From a specification to SVG: Vega-Lite in this process, asking no other host."""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Literal

import orjson
import vl_convert

from lrs.console.charts.chart import Chart
from lrs.console.charts.look import CONFIG, dressed
from lrs.console.foreign import bare
from lrs.console.language import reader

_KEPT = 128  # drawings of some 20 kB
_LOCALES: dict[str, Literal["en-US", "es-ES"]] = {"en": "en-US", "es": "es-ES"}


class Drawings:
    """Draws one at a time: the engine behind it is one, and a drawing takes 50 ms of CPU. What
    was drawn lately is kept, by all that it depends on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, str] = OrderedDict()

    def svg(self, chart: Chart) -> str:
        """The chart as SVG. It must have a specification."""
        key = digest(chart)
        with self._lock:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = _drawn(chart)
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            else:
                self._known.move_to_end(key)
            return found


def digest(chart: Chart) -> str:
    """Of all that a drawing depends on."""
    parts = (reader().language, bare(chart.title), bare(chart.description), chart.spec)
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:32]


def whole(chart: Chart) -> dict[str, object]:
    """The specification as it can be taken away: our look inside, so that it draws the same."""
    assert chart.spec is not None  # noqa: S101 - asked for by whoever has one
    told = {"title": bare(chart.title), "description": bare(chart.description)}
    return {**told, "config": CONFIG, **chart.spec}


def _drawn(chart: Chart) -> str:
    locale = _LOCALES[reader().language]
    made = vl_convert.vegalite_to_svg(
        {**(chart.spec or {}), "config": CONFIG}, allowed_base_urls=[], format_locale=locale,
        time_format_locale=locale,
    )  # fmt: skip
    return dressed(made, bare(chart.title), bare(chart.description))
