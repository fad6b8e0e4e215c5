"""A teacher's tables and files: what stands in them once, and what they are called."""

import pytest

from lrs.console.teacher.export import file_name
from lrs.console.teacher.tables import NOTHING, UNKNOWN, Fact, Row, noted, said_once
from projections.events import LearningEvent
from projections.instants import parse_us

WHY = Fact(UNKNOWN, "no usual time of the tasks is known")


def test_why_nothing_is_known_is_said_once_for_a_column() -> None:
    rows = [Row(str(at), f"Learner {at}", [Fact("3"), WHY]) for at in range(30)]
    rows.append(Row("30", "Somebody timed", [NOTHING, Fact("20%", "of 5 answers")]))
    made, once = said_once(["Days", "Unusual"], rows)
    assert once == [("Unusual", WHY.note)]
    assert [row.facts[1] for row in made[:30]] == [NOTHING] * 30
    assert made[30].facts[1] == Fact("20%", "of 5 answers")
    assert rows[0].facts[1] == WHY


@pytest.mark.parametrize("other", [Fact(UNKNOWN, "another reason"), NOTHING])
def test_reasons_that_differ_stay_where_they_are(other: Fact) -> None:
    rows = [Row(str(at), "", [WHY]) for at in range(5)] + [Row("5", "", [other])]
    assert said_once(["Unusual"], rows) == (rows, [])


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("Hillside 7b", "grid-hillside-7b.csv"),
        ("Año 3º / «B»\r\n", "grid-ano-3o-b.csv"),
        ("七年級", "grid-12.csv"),
        ("../../" + "x" * 500, f"grid-{'x' * 59}.csv"),
    ],
)
def test_a_file_is_called_after_its_group(group: str, name: str) -> None:
    assert file_name(group, 12) == name


def test_a_figure_of_some_weeks_is_in_question_for_what_happened_in_them_alone() -> None:
    facts = [
        Fact("2 h", key="pace.active_seconds", since="2026-11-09T00:00:00Z"),
        Fact("9 h", key="pace.active_seconds", since="2026-10-05T00:00:00Z"),
        Fact("12", key="pace.activity"),
        NOTHING,
    ]
    disputed = LearningEvent(
        position=7, statement_id="a", event_us=parse_us("2026-11-01T10:00:00Z"), kind="answer",
        item=None, session=1, figures=("pace.active_seconds",),
    )  # fmt: skip
    made = noted(Row("1", "Ada", facts), [disputed])
    assert [one.questioned for one in made.facts] == [False, True, False, False]
    assert not any(one.questioned for one in noted(made, []).facts)
