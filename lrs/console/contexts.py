"""What a template knows while it makes a page, let go of as soon as the page is made.

A macro keeps the context it was made in, and the context keeps its macros. Left like that, all
that a page was made of waits for the garbage collector, which then stops somebody else's page for
20 to 70 ms; let go of, it is gone at once, piece by piece.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jinja2.runtime import Context

_MADE = "__contexts"


class PageContext(Context):
    """Tells the page that it was made, whether for a template or for what one imports."""

    def __init__(self, environment: Any, parent: dict[str, Any], *rest: Any, **more: Any) -> None:
        super().__init__(environment, parent, *rest, **more)
        made = parent.get(_MADE)
        if made is not None:
            made.append(self)


@contextmanager
def let_go(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The values of a page; the contexts made with them are emptied at the end."""
    made: list[Context] = []
    try:
        yield {**values, _MADE: made}
    finally:
        for context in made:
            context.vars.clear()
            context.parent = {}


__all__ = ["PageContext", "let_go"]
