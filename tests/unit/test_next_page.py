"""The page about what next says what the code does."""

from pathlib import Path

import pytest

from lrs.simulation.comparing import SEED
from projections.policy_candidates import KINDS
from projections.policy_weights import CURRENT, POLICIES, WEIGHTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "views" / "next.md").read_text("utf-8")
BEGIN, END = "<!-- weights: begin -->\n", "<!-- weights: end -->"


def table() -> str:
    """The weights of every version, as the page has them."""
    versions = sorted(POLICIES)
    lines = ["| term | " + " | ".join(f"version {one}" for one in versions) + " |"]
    lines.append("|---|" + "---|" * len(versions))
    for name in WEIGHTS:
        sign = "−" if name == "fatigue" else "+"
        cells = [f"{sign}{getattr(POLICIES[one], name):g}" for one in versions]
        lines.append(f"| {name.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_weights_on_the_page_are_those_of_the_code() -> None:
    assert PAGE.split(BEGIN)[1].split(END)[0] == table()


@pytest.mark.parametrize(
    "said",
    [
        f"if a right answer is {CURRENT.stands:g} or more likely".replace("0.", "."),
        f"between {CURRENT.ready_from:g} and {CURRENT.ready_to:g}".replace("0.", "."),
        f"{CURRENT.others_goal:g} for one that somebody else set".replace("0.", "."),
        f"as a share of {CURRENT.progress_full:.2f}".replace("0.", "."),
        "the last four answers gained",
        "of the last ten answers",
        "eight count as 1",
        f"skipped in the last {CURRENT.skipped_hours:g} hours counts half",
        "may be suggested for five more answers",
    ],
)
def test_what_the_page_says_of_numbers_holds(said: str) -> None:
    assert said in PAGE


def test_the_numbers_in_words_hold() -> None:
    assert (CURRENT.progress_answers, CURRENT.variety_answers) == (4, 10)
    assert (CURRENT.fatigue_answers, CURRENT.skipped, CURRENT.after_help) == (8, 0.5, 5)
    assert (CURRENT.suggestions, CURRENT.activities, CURRENT.fatigue_minutes) == (3, 3, 60.0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_named(kind: str) -> None:
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("command", ["lrs simulate", "lrs simulate --uncalibrated"])
def test_the_tables_of_the_simulation_are_there(command: str) -> None:
    """Made by the command itself, with `--into docs/views/next.md`."""
    made = PAGE.split(f"<!-- {command}: begin -->")[1].split(f"<!-- {command}: end -->")[0]
    assert made.count("|") > 50
    assert f"seed {SEED};" in made
