"""Write the data dictionary of docs/export.md from `lrs.storage.analysis`; a test holds the two
together."""

import re
from pathlib import Path

from lrs.storage.analysis.columns import Table
from lrs.storage.analysis.dictionary import TABLES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "export.md"
_BEGIN, _END = "<!-- dictionary: python tools/dictionary_page.py -->\n", "<!-- end -->\n"


def page(text: str) -> str:
    """The page with its dictionary as the code has it."""
    made = _BEGIN + "".join(section(table) for table in TABLES.values()) + _END
    return re.sub(re.escape(_BEGIN) + ".*" + re.escape(_END), lambda _: made, text, flags=re.DOTALL)


def section(table: Table) -> str:
    rows = "".join(
        f"| `{column.name}` | {column.kind.value} | {column.meaning} | "
        f"{'yes' if column.in_sql else 'no'} |\n"
        for column in table.columns
    )
    return (
        f"\n### `{table.name}`\n\nOne row: {table.grain[0].lower()}{table.grain[1:]} "
        f"SQL view: `{table.view}`.\n\n"
        f"| Column | Type | Meaning | In SQL |\n|---|---|---|---|\n{rows}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    print(f"Wrote {PAGE.name}.")
