"""Write docs/settings.md from `lrs.settings.Settings`; a test holds the two together."""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from lrs.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Every setting is an environment variable, read once when a process starts. Where a folder
`/run/secrets` exists (containers), or systemd hands over credentials, a file there with the
setting's name in lower case, such as `lrs_database_url`, serves as well; the variable wins.

| Variable | Default | Allowed | Meaning |
|---|---|---|---|
"""
KINDS: dict[Any, str] = {
    str: "text", int: "integer", float: "number", bool: "true or false",
    Path: "path", Path | None: "path",
}  # fmt: skip
TAIL = """
This page is written by `python tools/settings_page.py` from `lrs/settings.py`.
"""


def page() -> str:
    rows = [row(name, field) for name, field in Settings.model_fields.items()]
    return HEAD + "".join(rows) + TAIL


def row(name: str, field: FieldInfo) -> str:
    default = "(empty)" if field.default in (None, "") else f"`{field.default}`"
    return f"| `LRS_{name.upper()}` | {default} | {allowed(field)} | {field.description} |\n"


def allowed(field: FieldInfo) -> str:
    """The type and its bounds, in words."""
    if get_origin(field.annotation) is Literal:
        return " or ".join(f"`{one}`" if one else "empty" for one in get_args(field.annotation))
    bounds = [bound(rule) for rule in field.metadata]
    return ", ".join([KINDS[field.annotation], *filter(None, bounds)])


def bound(rule: Any) -> str:
    signs = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return " ".join(
        f"{text} {getattr(rule, name)}" for name, text in signs.items() if hasattr(rule, name)
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
