"""Ends what a killed test run leaves behind; started by `services.processes`, one per run.

Reads lines such as `+process 123`, `-process 123`, `+folder /tmp/x` and `-folder /tmp/x`. The
input ends when the run does, however it ended; what is then still listed is ended and removed.
"""

import os
import shutil
import signal
import sys
import time


def watch() -> None:
    listed: dict[str, None] = {}  # ordered: processes end before their folders go
    for line in sys.stdin:
        sign, what = line[0], line[1:].rstrip("\n")
        if sign == "+":
            listed[what] = None
        else:
            listed.pop(what, None)
    end([int(what.split()[1]) for what in listed if what.startswith("process ")])
    for what in listed:
        if what.startswith("folder "):
            shutil.rmtree(what.removeprefix("folder "), ignore_errors=True)


def end(pids: list[int]) -> None:
    for number in (signal.SIGQUIT, signal.SIGKILL):  # PostgreSQL takes its children with it on QUIT
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        time.sleep(1 if pids else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch()
