"""The record that somebody takes along has a name that people and systems can keep."""

import pytest

from lrs.console import readable


@pytest.mark.parametrize(("name", "file"), [
    ("Björn Lindqvist", "record-bjorn-lindqvist-2026-11-23.html"),
    ('../"x\r\n; y', "record-x-y-2026-11-23.html"),
    ("अनन्या", "record-2026-11-23.html"),
    ("a" * 500, f"record-{'a' * 60}-2026-11-23.html"),
    ("", "record-2026-11-23.html"),
])  # fmt: skip
def test_a_record_has_a_file_name_that_every_system_takes(name: str, file: str) -> None:
    assert readable.file_name(name, "2026-11-23T12:00:00Z", "html") == file
