"""A page that is made leaves nothing behind."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from lrs.console.rendering import Renderer


class Kept(list[str]):
    """What a page is given, and can be seen to be let go of."""


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_what_a_page_was_made_of_is_let_go_of_without_the_garbage_collector() -> None:
    wrong = Kept(["name"])
    gone = weakref.ref(wrong)
    page = Renderer("").page(
        "password.html", next="/", openid=False, wrong=wrong, name="", message=""
    )
    assert b'aria-invalid="true"' in page.body
    del wrong
    assert gone() is None
