"""The skill grid as lean HTML: a class of forty with sixty skills is 2,400 cells."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from lrs.console import wording
from lrs.console.language import _, mark
from lrs.console.wording import Texts
from projections.instants import DAY_US
from projections.read_class import Cell

LETTERS: Mapping[str, str] = {
    "new": "n", "learning": "l", "secure": "s", "lasting": "t", "slipping": "g",
}  # fmt: skip
SHOWN = Texts(
    {
        "n": mark("number of answers"),
        "range": mark("likely-right range"),
        "last": mark("days since the last answer"),
    }
)


class Shown(NamedTuple):
    """A cell without its place: class, what is big in it, what is small."""

    letter: str
    big: str
    small: str


def row_token(learner: str) -> str:
    """Stands for a learner in the addresses of cells."""
    return learner[:8]


def column_token(skill: str) -> str:
    return hashlib.blake2s(skill.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def words() -> dict[str, str]:
    """What is read out after a cell's number, by its letter."""
    return {letter: wording.STATUSES[status] for status, letter in LETTERS.items()}


def shown(cell: Cell, show: str, at_us: int) -> Shown:
    letter = LETTERS[cell.status]
    if cell.p is None:
        return Shown(letter, "–", "")
    if show == "range":
        small = f"{round(cell.low * 100)}–{round(cell.high * 100)}"
    elif show == "last":
        days = 0 if cell.last_us is None else max(0, (at_us - cell.last_us) // DAY_US)
        small = _("{n} d").format(n=days)
    else:
        small = f"n {cell.n}"
    return Shown(letter, str(round(cell.p * 100)), small)


def row(
    learner: str, cells: Mapping[str, Cell], columns: Sequence[tuple[str, str]], address: str,
    show: str, at_us: int, told: Mapping[str, str],
) -> Markup:  # fmt: skip
    """The cells of one learner. columns: skill and token. address: of the page about one cell,
    to which the tokens are added; escaped by whoever made it."""
    start, made = f'<a href="{address}{row_token(learner)}.', []
    for skill, token in columns:
        cell = cells.get(skill)
        if cell is None:
            made.append("<td>")
            continue
        letter, big, small = shown(cell, show, at_us)
        made.append(
            f'<td class={letter}>{start}{token}">{big}<i> {told[letter]} </i><b>{small}</b></a>'
        )
    return Markup("".join(made))  # noqa: S704 - numbers and texts of ours alone
