"""Processes that a server starts beside itself and that end with it."""

import logging
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_LONGEST_PAUSE = 30.0
_HEALTHY_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(slots=True)
class _Child:
    """arguments: of `python -m lrs`. given: what it reads on standard input."""

    name: str
    arguments: list[str]
    restart: bool
    given: str = ""
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = 1.0


@dataclass(slots=True)
class Children:
    """Starts processes, restarts those that must stay, and ends them all.

    Each inherits a pipe as standard input that closes when this process ends, however it ends:
    a child that watches it can never be left behind.
    """

    _children: list[_Child] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def keep(self, name: str, arguments: list[str]) -> None:
        """A process that is started again when it dies."""
        self._children.append(_Child(name, arguments, restart=True))

    def once(self, name: str, arguments: list[str], given: str) -> None:
        """A process that runs to its end, with one line on its standard input."""
        self._children.append(_Child(name, arguments, restart=False, given=given))

    def start(self) -> None:
        if self._stopping.is_set():
            return
        for child in self._children:
            _start(child)
        threading.Thread(target=self._watch, name="children", daemon=True).start()

    def stop(self) -> None:
        """Ask each to end, wait, and then insist."""
        self._stopping.set()
        running = [
            child.process
            for child in self._children
            if child.process is not None and child.process.poll() is None
        ]
        for process in running:
            process.terminate()
        until = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            for child in self._children:
                if child.restart and child.process is not None and child.process.poll() is not None:
                    self._restart(child, child.process.returncode)

    def _restart(self, child: _Child, status: int) -> None:
        if time.monotonic() - child.began > _HEALTHY_SECONDS:
            child.pause = 1.0
        _log.warning("%s ended with %s; starting it again", child.name, status)
        if not self._stopping.wait(child.pause):
            child.pause = min(child.pause * 2, _LONGEST_PAUSE)
            _start(child)


def _start(child: _Child) -> None:
    command = [sys.executable, "-m", "lrs", *child.arguments]
    child.process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
    child.began = time.monotonic()
    if child.given and child.process.stdin is not None:
        child.process.stdin.write(child.given.encode() + b"\n")
        child.process.stdin.flush()
