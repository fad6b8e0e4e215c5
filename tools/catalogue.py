"""Collect the console's texts and bring the catalogue of each language up to date.

python tools/catalogue.py           update lrs/console/locale/*/console.po
python tools/catalogue.py --check   say what is missing or untranslated, and fail
"""

import argparse
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = ROOT / "lrs" / "console"
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.svg", "jinja2"),
]
KEYWORDS = {
    "_": None, "gettext": None, "mark": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
    "pmark": ((1, "c"), 2),
}  # fmt: skip
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}


def collected() -> Catalog:
    """Every text that is marked in the console, in the order of files."""
    found = Catalog(project="lrs", charset="utf-8", fuzzy=False)
    told = extract_from_dir(
        CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("For translators:",),
        strip_comment_tags=True,
    )  # fmt: skip
    for name, _line, message, comments, context in sorted(told, key=lambda one: (one[0], one[1])):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def catalogues() -> list[Path]:
    return sorted(CONSOLE.glob("locale/*/console.po"))


def updated(path: Path, texts: Catalog) -> Catalog:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=False, include_lineno=False)
    return out.getvalue()


def stale(path: Path, texts: Catalog) -> list[str]:
    """Messages of the file that stand in the code no longer."""
    with path.open("rb") as file:
        kept = read_po(file, locale=path.parent.name)
    known = {(one.context, one.id) for one in texts}
    return [str(one.id) for one in kept if one.id and (one.context, one.id) not in known]


def untranslated(catalogue: Catalog) -> list[str]:
    """Messages without a text, or with one that the language has more forms of."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and (not message.string or (message.pluralizable and not all(message.string)))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if it would")
    check = parser.parse_args().check
    texts, wrong = collected(), 0
    for path in catalogues():
        left = stale(path, texts) if check else []
        catalogue = updated(path, texts)
        missing = untranslated(catalogue)
        if not check:
            path.write_bytes(written(catalogue))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing)} untranslated")
        for message in missing:
            print(f"  {message}")
        for message in left:
            print(f"  no longer used: {message}")
        wrong += bool(missing or left)
    return wrong if check else 0


if __name__ == "__main__":
    sys.exit(main())
