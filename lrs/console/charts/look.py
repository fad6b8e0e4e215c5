"""How charts look: one palette that follows the reader's light or dark scheme."""

import re
from typing import Any
from xml.sax.saxutils import escape

# the colours of the console's own pages (static/console.css), light and dark
INK, QUIET, LINE, GRID, PAPER = "#1c2127", "#545d67", "#8a857b", "#e3ddd1", "#faf8f4"
MAIN, BAND, GOOD, WARN, OTHER = "#145752", "#cfe3de", "#17695a", "#b3540b", "#7a3f7c"
NEW, LEARNING, LASTING, SLIPPING = "#555d66", "#815504", "#28558f", "#9f341c"
STATUS = {
    "new": NEW, "learning": LEARNING, "secure": GOOD, "lasting": LASTING, "slipping": SLIPPING,
}  # fmt: skip
GLYPHS = {"new": "○", "learning": "◐", "secure": "●", "lasting": "◆", "slipping": "▽"}
_DARK = {
    INK: "#e9e6df", QUIET: "#a9b1b8", LINE: "#7a838b", GRID: "#30373d", PAPER: "#14181b",
    MAIN: "#84cfc5", BAND: "#24443f", GOOD: "#7fd0b8", WARN: "#f3a45c", OTHER: "#d9a6dc",
    NEW: "#a9b1b9", LEARNING: "#e6bd6c", LASTING: "#9cc1f2", SLIPPING: "#f3a48e",
}  # fmt: skip
_NAMES = {color: f"--c{at}" for at, color in enumerate(_DARK)}
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "aria": False,  # the drawing is one image with a name; what is in it stands in the table
    "font": "system-ui, sans-serif",
    "padding": {"left": 2, "top": 6, "right": 14, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "titleColor": QUIET, "domainColor": LINE, "tickColor": LINE,
        "gridColor": GRID, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "titlePadding": 8, "labelPadding": 5, "tickSize": 4,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": QUIET, "titleColor": INK, "labelFontSize": 12, "orient": "top",
               "columnPadding": 16},
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
