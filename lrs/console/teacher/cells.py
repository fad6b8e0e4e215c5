"""The skill grid as lean HTML: a class of forty with sixty skills is 2,400 cells."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

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
    """A cell without its place: class, what is big in it, what is small, the small in words, and
    what else is to be said of it."""

    letter: str
    big: str
    small: str
    beside: str
    noted: str = ""


def row_token(learner: str) -> str:
    """Stands for a learner in the addresses of cells."""
    return learner[:8]


def column_token(skill: str) -> str:
    return hashlib.blake2s(skill.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def words() -> dict[str, str]:
    """The statuses by the letters of their cells."""
    return {letter: wording.STATUSES[status] for status, letter in LETTERS.items()}


def patterns() -> dict[str, str]:
    """How a cell begins when it is read out, by its letter; `{p}` stands for the number. Of one
    without a number: by the letter and a dash."""
    percent = wording.percent(0.77).replace("77", "{p}")  # as the reader's language writes it
    likely, unknown = _("{p} likely right, {status}"), _("Not known yet, {status}")
    made = {}
    for letter, word in words().items():
        made[letter] = likely.format(p=percent, status=word)
        made[f"{letter}–"] = unknown.format(status=word)
    return made


class Looks:
    """How cells look and are read out. What thousands of them have in common is made once.

    show: one of SHOWN. at_us: the moment at which they are read."""

    def __init__(self, show: str, at_us: int) -> None:
        self._show, self._at_us = show, at_us
        self._beside: dict[Any, tuple[str, str]] = {}
        self._begun: dict[tuple[str, str], str] = {}
        self._patterns = patterns()
        self._question = _("has a statement in question")

    def shown(self, cell: Cell, noted: Collection[str] = ()) -> Shown:
        """noted: keys of the learner's figures that a statement in question is behind."""
        found = self._figures(cell)
        return found._replace(noted=self._question) if noted and cell.key in noted else found

    def _figures(self, cell: Cell) -> Shown:
        letter = LETTERS[cell.status]
        if cell.p is None:
            return Shown(letter, "–", "", "")
        key = self._key(cell)
        found = self._beside.get(key)
        if found is None:
            found = self._beside[key] = _BESIDE[self._show](key)
        return Shown(letter, str(round(cell.p * 100)), *found)

    def label(self, one: Shown) -> str:
        """`88% likely right, Lasting, 11 answers`."""
        key = one.letter, one.big
        begun = self._begun.get(key)
        if begun is None:
            begun = self._patterns["".join(key) if one.big == "–" else one.letter]
            begun = self._begun[key] = begun.replace("{p}", one.big)
        return ", ".join([begun, *filter(None, (one.beside, one.noted))])

    def _key(self, cell: Cell) -> Any:
        """What the small text says."""
        if self._show == "range":
            return round(cell.low * 100), round(cell.high * 100)
        if self._show == "last":
            return 0 if cell.last_us is None else max(0, (self._at_us - cell.last_us) // DAY_US)
        return cell.n


def _range(shares: tuple[int, int]) -> tuple[str, str]:
    low, high = (wording.percent(one / 100) for one in shares)
    told = _("between {low} and {high}").format(low=low, high=high)
    return "{}–{}".format(*shares), told


def _days(days: int) -> tuple[str, str]:
    told = (
        _("last answer {time} ago").format(time=wording.count(days, "day"))
        if days
        else _("last answer within a day")
    )
    return _("{n} d").format(n=days), told


_BESIDE: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "n": lambda n: (f"n {n}", wording.count(n, "answer")),
    "range": _range,
    "last": _days,
}


def row(
    learner: str, cells: Mapping[str, Cell], columns: Sequence[tuple[str, str]], address: str,
    looks: Looks, at: str = "", noted: Collection[str] = (),
) -> Markup:  # fmt: skip
    """The cells of one learner. columns: skill and token. address: of the page about one cell,
    to which the tokens are added; escaped by whoever made it. at: tokens of the cell that
    somebody comes back to. noted: keys of figures that a statement in question is behind."""
    of, _dot, column = at.partition(".")
    marked = column if of == row_token(learner) else ""
    start, made = f'<a href="{address}{row_token(learner)}.', []
    for skill, token in columns:
        cell = cells.get(skill)
        if cell is None:
            made.append("<td>")
            continue
        one = looks.shown(cell, noted)
        style = f'"{one.letter} q"' if one.noted else one.letter
        here = ' id="at"' if token == marked else ""
        made.append(
            f'<td class={style}>{start}{token}"{here} aria-label="{looks.label(one)}">'
            f"{one.big} <b>{one.small}</b></a>"
        )
    return Markup("".join(made))  # noqa: S704 - numbers and texts of ours alone
