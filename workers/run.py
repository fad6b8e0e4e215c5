"""Running a worker process: beside Redis any number of them, or one on the embedded broker."""

import fcntl
import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from celery import signals
from celery.platforms import SecurityWarning

from lrs.settings import Settings
from workers.app import application

_STANDARD_INPUT = 0
_LOOK_SECONDS = 0.2
_STOP_SECONDS = 15.0  # for the batch in hand, once the parent is gone

_log = logging.getLogger(__name__)


def main(settings: Settings, *, processes: int | None = None, with_parent: bool = False) -> int:
    """`lrs worker`: run until told to stop (SIGTERM lets the batch in hand finish); exit status.

    processes: by default one for each processor; always one on the embedded broker, whose SQLite
    has one writer anyway. with_parent: end when standard input closes, as it does when the
    process at its other end is gone, however it went.
    """
    _configure_logging(settings)
    if with_parent:
        threading.Thread(target=_watch_parent, name="parent", daemon=True).start()
    with _only_one(settings) if settings.embedded_broker else nullcontext():
        return _work(settings, processes)


def _as_configured(**_: Any) -> None:
    """Connected, it keeps Celery from configuring logging itself."""


def _configure_logging(settings: Settings) -> None:
    # about root and pickle; only JSON is accepted here
    warnings.filterwarnings("ignore", category=SecurityWarning)
    signals.setup_logging.connect(_as_configured, weak=False)
    logging.basicConfig()
    logging.getLogger().setLevel(settings.log_level.upper())  # whoever configured it before
    if settings.log_level != "debug":
        logging.getLogger("celery").setLevel(logging.WARNING)  # else two lines for each wake-up


def _work(settings: Settings, processes: int | None) -> int:
    count = 1 if settings.embedded_broker else processes or os.cpu_count() or 1
    options: dict[str, Any] = {
        "pool": "solo" if count == 1 else "prefork",
        "concurrency": count,
        "quiet": True,
        "without_gossip": True,
        "without_mingle": True,
        "without_heartbeat": settings.embedded_broker,
    }
    worker = application(settings).Worker(**options)
    worker.start()
    return int(worker.exitcode or 0)


def _watch_parent() -> None:
    # not sys.stdin: its lock, held here while the pool forks, would never be released there
    while os.read(_STANDARD_INPUT, 1):
        continue
    _log.info("the server that started this worker is gone")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_STOP_SECONDS)
    os._exit(1)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the one lock of this LRS_HOME; wait while an earlier worker is still ending."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "worker.lock").open("w") as file:
        waited = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waited:
                    _log.warning("another worker holds %s; waiting for it to end", file.name)
                waited = True
                time.sleep(_LOOK_SECONDS)
        yield
