"""Where wake-ups travel: Redis, or files in LRS_HOME for the embedded default.

A wake-up only says "there may be work"; the truth is in the database. So it may be lost, doubled
or late, and nothing waits for it.
"""

import contextlib
import os
import uuid
from pathlib import Path
from queue import Empty
from typing import Any, NamedTuple

from kombu import Exchange, Queue
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

from lrs.settings import Settings

EXCHANGE = Exchange("lrs", type="direct", durable=True)
QUEUE = Queue("lrs", EXCHANGE, routing_key="lrs", durable=True)
OBSERVE, FOLD, ASIDE = "lrs.observe", "lrs.fold", "lrs.aside"

_EMBEDDED_POLL_SECONDS = 0.03
_EMBEDDED_STOP_SECONDS = 0.2
_REDIS_SECONDS = 2.0


class Broker(NamedTuple):
    """What kombu needs to reach the broker."""

    url: str
    transport: str | None
    options: dict[str, Any]


def broker(settings: Settings) -> Broker:
    """The broker of these settings; the embedded one's folders are made when they are missing."""
    if not settings.embedded_broker:
        return Broker(settings.broker_url, None, {})
    folder = settings.home.resolve() / "broker"
    (folder / "waiting").mkdir(parents=True, exist_ok=True)
    options = {
        "data_folder_in": str(folder / "waiting"),
        "data_folder_out": str(folder / "waiting"),
        "control_folder": str(folder / "control"),
        "polling_interval": _EMBEDDED_POLL_SECONDS,
    }
    return Broker("filesystem://localhost", "lrs.broker:FileTransport", options)


def impatient(found: Broker) -> Broker:
    """The same for a sender who would rather drop a message than wait for a broker."""
    if found.transport is not None:
        return found
    limits = {
        "socket_connect_timeout": _REDIS_SECONDS,
        "socket_timeout": _REDIS_SECONDS,
        "retry_on_timeout": False,
    }
    return Broker(found.url, None, found.options | limits)


class FileChannel(filesystem.Channel):  # type: ignore[misc]
    """kombu's channel of files, but a message appears whole or not at all.

    The original writes in place, so that a reader may take an empty file and fail on it, and
    moves what it takes to the system's temporary folder.
    """

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        folder = Path(self.data_folder_out)
        name = f"{uuid.uuid1().time:020d}_{uuid.uuid4()}.{queue}"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.rename(folder / f"{name}.msg")

    def _get(self, queue: str) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            with contextlib.suppress(OSError):  # another worker was faster
                text = (folder / name).read_text(encoding="utf-8")
                (folder / name).unlink()
                return loads(text)
        raise Empty


class FileTransport(filesystem.Transport):  # type: ignore[misc]
    Channel = FileChannel

    def __init__(self, client: Any, **given: Any) -> None:
        super().__init__(client, **given)
        self.state = virtual.BrokerState()  # the original's is shared by all folders of a process

    def drain_events(self, connection: Any, timeout: float | None = None) -> Any:
        """Look up often enough that a worker which is told to stop does so at once."""
        most = _EMBEDDED_STOP_SECONDS if timeout is None else min(timeout, _EMBEDDED_STOP_SECONDS)
        return super().drain_events(connection, timeout=most)
