"""How pages may be looked at. `make test` tries the pairs that differ in everything, `make
test-all` every combination."""

from itertools import product

import pytest

LANGUAGES, SCHEMES, WIDTHS = ("en", "es"), ("light", "dark"), (1280, 360)


def _marked(values: tuple[object, ...], first: set[tuple[object, ...]]) -> object:
    return values if values in first else pytest.param(*values, marks=pytest.mark.slow)


SCHEME_WIDTH = [_marked(one, {("light", 1280), ("dark", 360)}) for one in product(SCHEMES, WIDTHS)]
LANGUAGE_SCHEME = [
    _marked(one, {("en", "light"), ("es", "dark")}) for one in product(LANGUAGES, SCHEMES)
]
LANGUAGE_SCHEME_WIDTH = [
    _marked(one, {("en", "light", 1280), ("es", "dark", 360)})
    for one in product(LANGUAGES, SCHEMES, WIDTHS)
]
