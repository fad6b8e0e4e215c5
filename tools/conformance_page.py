"""Write the table of requirements into docs/conformance.md; a test holds it to the cases."""

import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
MARK = "<!-- From here on written by `python tools/conformance_page.py`. -->\n"
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "conformance")]

# the tests' own modules, found by the path above
case, cases = import_module("case"), import_module("cases")

HEAD = """
| Requirement | In our words | Cases: 1.0.3 | 2.0 | Where | Result |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page as it should be: what people wrote above the mark, and the table."""
    written = PAGE.read_text("utf-8").partition(MARK)[0]
    return written + MARK + HEAD + "".join(_row(*one) for one in case.wording().items())


def _row(number: int, text: str) -> str:
    found: dict[str, int] = defaultdict(int)
    where = []
    for table, listed in cases.TABLES.items():
        shown = [one for one in listed if number in one.numbers]
        for one in shown:
            for version in one.versions:
                found[version] += 1
        where += [f"`cases_{table}.py`"] if shown else []
    if number in cases.BESIDE:
        where.append(f"`{cases.BESIDE[number]}`")
        found[case.V1] += 1
        found[case.V2] += 1
    counts = f"{found[case.V1] or '–'} | {found[case.V2] or '–'}"
    return f"| XAPI-{number:05} | {text} | {counts} | {', '.join(where)} | holds |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
