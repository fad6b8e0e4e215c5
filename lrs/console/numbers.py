"""Whole numbers in addresses, where anybody can write anything."""

from typing import Final

_MOST: Final = 10**18  # fits every column of a position or id


def number_of(text: str, most: int = _MOST) -> int | None:
    """The number; None for a text that is none, or says more than `most`."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_MOST)):
        return None
    found = int(text)
    return found if found <= most else None


def page_of(text: str) -> int:
    """Which page is asked for, from 1: the first for a text that is no page."""
    return number_of(text) or 1
