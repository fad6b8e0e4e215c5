"""When the demonstration class ends, and that it is loaded once."""

import datetime
from pathlib import Path

import pytest

from lrs.commands.demonstration import Demonstration, last_friday


@pytest.mark.parametrize(
    ("day", "friday"),
    [
        ("2026-11-20", "2026-11-13"),
        ("2026-11-21", "2026-11-20"),
        ("2026-11-23", "2026-11-20"),
        ("2026-01-01", "2025-12-26"),
    ],
)
def test_it_ends_on_the_last_friday_before_the_first_run(day: str, friday: str) -> None:
    assert last_friday(datetime.date.fromisoformat(day)).isoformat() == friday


def test_the_last_day_stays_what_it_was_at_first(tmp_path: Path) -> None:
    memory = Demonstration(tmp_path / "home")
    until = memory.until()
    assert until.weekday() == 4
    assert not memory.is_loaded()
    memory.loaded(until)
    again = Demonstration(tmp_path / "home")
    assert again.is_loaded()
    assert again.until() == until
