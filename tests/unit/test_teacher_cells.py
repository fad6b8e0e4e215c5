"""The cells of a group's grid: what they say in each language, and what thousands of them weigh."""

import gzip
import random

import pytest

from lrs.console.language import Reader, reading
from lrs.console.teacher import cells
from projections.instants import DAY_US
from projections.read_class import Cell

NOW_US = 1_800_000_000 * 1_000_000


def cell(skill: str = "s", status: str = "lasting", p: float | None = 0.88, n: int = 11) -> Cell:
    last = None if p is None else NOW_US - 5 * DAY_US
    values = {"skill": skill, "status": status, "p": p, "low": 0.75, "high": 0.96, "n": n,
              "last_us": last, "slips_us": None, "key": f"mastery:{skill}"}  # fmt: skip
    return Cell(**{name: values[name] for name in Cell._fields})


@pytest.mark.parametrize(
    ("language", "show", "wanted"),
    [
        ("en", "n", "88% likely right, Lasting, 11 answers"),
        ("en", "range", "88% likely right, Lasting, between 75% and 96%"),
        ("en", "last", "88% likely right, Lasting, last answer 5 days ago"),
        ("es", "n", "Acierto probable: 88\u00a0%, Duradera, 11 respuestas"),
        ("es", "range", "Acierto probable: 88\u00a0%, Duradera, entre 75\u00a0% y 96\u00a0%"),
        ("es", "last", "Acierto probable: 88\u00a0%, Duradera, última respuesta hace 5 días"),
    ],
)
def test_a_cell_is_said_in_words(language: str, show: str, wanted: str) -> None:
    with reading(Reader(language)):
        looks = cells.Looks(show, NOW_US)
        assert looks.label(looks.shown(cell())) == wanted


def test_of_what_nothing_is_known_that_is_said() -> None:
    looks = cells.Looks("n", NOW_US)
    one = looks.shown(cell(status="new", p=None, n=0))
    assert (one.big, looks.label(one)) == ("–", "Not known yet, Not met yet")
    assert looks.label(looks.shown(cell(n=1))) == "88% likely right, Lasting, 1 answer"


def test_a_class_of_forty_with_sixty_skills_stays_light() -> None:
    draw, looks = random.Random(3), cells.Looks("n", NOW_US)
    columns = [(f"skill-{at}", cells.column_token(f"skill-{at}")) for at in range(60)]
    rows = [
        cells.row(
            f"{draw.getrandbits(32):08x}",
            {skill: cell(skill, draw.choice(list(cells.LETTERS)), draw.random(), draw.randrange(99))
             for skill, _token in columns},
            columns, "12/cell?c=", looks,
        )
        for _learner in range(40)
    ]  # fmt: skip
    assert len(gzip.compress("\n".join(rows).encode(), 6)) < 45_000
