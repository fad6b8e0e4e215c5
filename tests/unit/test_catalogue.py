"""Every text of the console is in the catalogue of every language, with the same placeholders."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from lrs.console.language import FOLDER, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}|</?\w+>")
OTHERS = [one for one in LANGUAGES if one != "en"]


def messages(language: str) -> list[Message]:
    with (FOLDER / language / "console.po").open("rb") as file:
        return [one for one in read_po(file, locale=language) if one.id]


def test_nothing_is_missing_untranslated_or_left_over() -> None:
    """As `tools/catalogue.py --check` finds it, from the texts that stand in the code."""
    done = subprocess.run(
        [sys.executable, "tools/catalogue.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_and_markup_are_those_of_the_english_text(language: str) -> None:
    for message in messages(language):
        one = message.id if isinstance(message.id, str) else message.id[-1]
        told = (message.string,) if isinstance(message.string, str) else message.string
        for text in told:
            found, wanted = Counter(PLACEHOLDER.findall(text)), Counter(PLACEHOLDER.findall(one))
            assert found <= wanted, (one, text)
        assert set(PLACEHOLDER.findall(told[-1])) == set(PLACEHOLDER.findall(one)), one


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_marked_as_doubtful_or_written_in_markup_of_its_own(language: str) -> None:
    for message in messages(language):
        told = (message.string,) if isinstance(message.string, str) else message.string
        assert not message.fuzzy, message.id
        for text in told:
            assert "<" not in re.sub(r"</?strong>", "", text), message.id
