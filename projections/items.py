"""What is remembered of each item met lately: wins, fails, when, and whether help is offered there.

One whole number an item below 2^53: nothing weighs more in a state than what it holds per item.
The dict is in order of use, oldest first, and that order is part of the state.
"""

from typing import NamedTuple

from projections.instants import SECOND_US

KEPT = 500
_MOST = 511  # of wins and fails
_LAST_SECOND = 2**32 - 1


class Item(NamedTuple):
    """last_us: when last answered, to the second; None if never."""

    wins: int = 0
    fails: int = 0
    helped: bool = False
    last_us: int | None = None


UNMET = Item()


def recall(items: dict[str, int], key: str) -> Item:
    packed = items.get(key)
    if packed is None:
        return UNMET
    second = packed >> 19
    return Item(
        packed & _MOST,
        (packed >> 9) & _MOST,
        bool((packed >> 18) & 1),
        second * SECOND_US if second else None,
    )


def remember(items: dict[str, int], key: str, item: Item) -> None:
    """Keep it as the latest; the one longest unused makes room."""
    second = 0
    if item.last_us is not None:
        second = min(max(item.last_us // SECOND_US, 1), _LAST_SECOND)
    items.pop(key, None)
    items[key] = (
        min(item.wins, _MOST) | min(item.fails, _MOST) << 9 | item.helped << 18 | second << 19
    )
    if len(items) > KEPT:
        del items[next(iter(items))]
