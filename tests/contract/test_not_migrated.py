"""A database without this version's tables: one sentence that says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", [("status",), ("calibrate",), ("export", "mastery")])
def test_a_command_on_an_empty_database_says_to_migrate(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lrs", *command],
        env={"LRS_HOME": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == ("Error: The database is not that of this version; run `lrs migrate`.\n")
