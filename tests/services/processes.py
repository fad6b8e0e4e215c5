"""Child processes that never outlive the test run, and the folders that belong to them."""

import contextlib
import functools
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TypedDict

import psutil

_ENOUGH_BYTES = 3 * 1024**3


class ServiceError(RuntimeError):
    """A service did not start, or ended by itself; the message carries the end of its log."""


class Process:
    """One child process: started, stopped or killed, and started again with the same command.

    command: program and arguments.
    log: file that takes what it prints.
    user: the account it runs as when it must not be root.
    environment: the whole environment; None: this process's own.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.command = [str(part) for part in command]
        self.log = log
        self._user = user
        self._environment = environment
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._child is None:
            raise ServiceError(f"{self.command[0]} is not running")
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        if self.running:
            raise ServiceError(f"{self.command[0]} is running already")
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=None if self._environment is None else dict(self._environment),
                start_new_session=True,  # a Ctrl-C is ours to pass on
                **account(self._user),
            )
        _tell("+process", self._child.pid)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float = 20) -> int:
        """Its exit status, once it has ended by itself."""
        if self._child is None:
            raise ServiceError(f"{self.command[0]} is not running")
        try:
            status = self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ServiceError(f"{self.command[0]} still runs\n{self.tail()}") from None
        _tell("-process", self._child.pid)
        self._child = None
        return status

    def stop(self, number: int, seconds: float = 20) -> None:
        """Ask with a signal, insist with SIGKILL; nothing if it does not run."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.signal(number)
        try:
            self.wait(seconds)
        except ServiceError:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to it and to every process below it, at once; nothing if it does not run."""
        if self._child is None:
            return
        family = _family(self._child.pid)
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self.wait()
        psutil.wait_procs(family, timeout=10)

    def until_ready(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until `ready`; ServiceError when it ended or the time is over."""
        give_up = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ServiceError(f"{self.command[0]} ended at its start\n{self.tail()}")
            if time.monotonic() > give_up:
                raise ServiceError(f"{self.command[0]} not ready in {seconds} s\n{self.tail()}")
            time.sleep(0.02)

    def tail(self, size: int = 4000) -> str:
        """The end of its log."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return text[-size:]


def _family(pid: int) -> list[psutil.Process]:
    """A process before its descendants, so that it cannot start another while they end."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def new_folder(user: str | None = None, *, parent: Path | None = None) -> Path:
    """A temporary folder that goes when the run ends, open to `user` alone."""
    folder = Path(tempfile.mkdtemp(prefix="lrs-test-", dir=parent)).resolve()
    _tell("+folder", folder)
    if user is not None:
        shutil.chown(folder, user)
    return folder


@functools.cache
def in_memory() -> Path | None:
    """Where folders lie in memory, if there is room enough; for data that need not outlive the
    machine: hundreds of databases are copied, each of them some three hundred files."""
    memory = Path("/dev/shm")  # noqa: S108 - what is made there has a name of its own
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ENOUGH_BYTES:
        return None
    return memory if psutil.virtual_memory().available > 2 * _ENOUGH_BYTES else None


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _tell("-folder", folder)


class Account(TypedDict, total=False):
    """Arguments for `subprocess` that leave root behind."""

    user: str
    group: int
    extra_groups: list[int]


def account(user: str | None) -> Account:
    """As whom to run; empty: as this process does."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


@functools.cache
def plain_user() -> str | None:
    """The account for servers that refuse to run as root; None when this is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServiceError("PostgreSQL does not run as root, and there is no account `nobody`")


def free_port() -> int:
    """A free port below those that the system hands to clients, so that a restart finds it free."""
    for _ in range(200):
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServiceError("no free port between 20000 and 32000")


@functools.cache
def _watchdog(_owner: int) -> IO[str]:
    watchdog = subprocess.Popen(
        [sys.executable, "-S", Path(__file__).with_name("watchdog.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        cwd="/",
    )
    watchdog.returncode = 0  # it outlives this process by design: nobody waits for it
    assert watchdog.stdin is not None
    return watchdog.stdin


def _tell(verb: str, what: object) -> None:
    pipe = _watchdog(os.getpid())
    pipe.write(f"{verb} {what}\n")
    pipe.flush()
