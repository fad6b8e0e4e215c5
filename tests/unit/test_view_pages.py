"""The pages about the views explain every figure that the views have."""

from pathlib import Path
from typing import Any

import pytest

from projection_views import READ, START_US, view
from projections.knowledge import Knowledge

PAGES = Path(__file__).resolve().parents[2] / "docs" / "views"


def names(value: Any) -> set[str]:
    """The members that hold a figure."""
    if not isinstance(value, dict):
        return set()
    inside = {one for part in value.values() for one in names(part)}
    return inside | {
        name for name, part in value.items() if isinstance(part, dict) and "figure" in part
    }


@pytest.mark.parametrize("name", ["pace", "independence"])
def test_every_figure_is_explained_on_the_page_of_its_view(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text("utf-8")
    figures = names(READ[name]({}, START_US, Knowledge.default())) | names(view(name, []))
    assert len(figures) > 10
    assert {one for one in figures if f"`{one}`" not in text} == set()
