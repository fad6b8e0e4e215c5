"""How charts look: one palette that follows the reader's light or dark scheme."""

import re
from typing import Any
from xml.sax.saxutils import escape

INK, QUIET, LINE, GRID = "#22303a", "#55646e", "#8a979f", "#dfe4e7"
MAIN, BAND, GOOD, WARN, OTHER, NEW = (
    "#1f6f8b", "#9cc7d6", "#1d7a5a", "#a4620b", "#7a4a9e", "#c9d0d4",
)  # fmt: skip
STATUS = {"new": NEW, "learning": WARN, "secure": GOOD, "lasting": MAIN, "slipping": OTHER}
_DARK = {
    INK: "#e8eef1", QUIET: "#b3c0c8", LINE: "#7d8b94", GRID: "#36424a", MAIN: "#6cc0dc",
    BAND: "#2f5867", GOOD: "#5cc79e", WARN: "#e0a04a", OTHER: "#c49be4", NEW: "#4a565e",
}  # fmt: skip
_NAMES = {color: f"--c{at}" for at, color in enumerate(_DARK)}
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "titleColor": INK, "domainColor": LINE, "tickColor": LINE,
        "gridColor": GRID, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
    },
    "legend": {"labelColor": QUIET, "titleColor": INK, "labelFontSize": 12, "orient": "top"},
    "text": {"color": INK, "fontSize": 12},
}  # fmt: skip
_COLOR = re.compile("|".join(_NAMES))
_OPENING = re.compile(r"<svg\b[^>]*>")


def _style() -> str:
    light = "".join(f"{name}:{color};" for color, name in _NAMES.items())
    dark = "".join(f"{name}:{_DARK[color]};" for color, name in _NAMES.items())
    return (
        f"<style>svg{{{light}}}@media (prefers-color-scheme:dark){{svg{{{dark}}}}}"
        "@media print{svg{" + light + "}}</style>"
    )


def dressed(svg: str, title: str, description: str) -> str:
    """The drawing with its name and description, in colours that follow the scheme."""
    adaptive = _COLOR.sub(lambda found: f"var({_NAMES[found[0]]})", svg)
    opening = _OPENING.search(adaptive)
    if opening is None:
        raise ValueError("what was drawn is no SVG")
    head = (
        opening[0][:-1] + ' role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc>'
    )
    return head + _style() + adaptive[opening.end() :]
