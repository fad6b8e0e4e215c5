"""`lrs …` in the tests' own process: an interpreter of its own costs each command half a second.

What a process does (its exit, its signals, what it imports) is tested where one is started.
"""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from lrs.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit status and what it printed."""

    status: int
    stdout: bytes
    stderr: bytes


class _Typed(io.BytesIO):
    """Standard input: unlike a plain BytesIO it has a name."""

    name = "<stdin>"


def run(*words: str | Path, environment: Mapping[str, str], typed: str | bytes = b"") -> Ran:
    """Run `lrs` with these words; environment: what is added to this process's own."""
    before, sys.argv = sys.argv, ["lrs", *map(str, words)]
    given = _Typed(typed.encode() if isinstance(typed, str) else typed)
    with CliRunner().isolation(input=given, env=dict(environment)) as (stdout, stderr, _):
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            sys.argv = before
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return Ran(status, stdout.getvalue(), stderr.getvalue())
