"""What keeps people out of a page, as axe finds it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": {"type": "tag", "values": [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
]}, "resultTypes": ["violations"]}  # fmt: skip


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Each rule of WCAG 2.2 AA and of good practice that is broken, and where."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


__all__ = ["barriers"]
