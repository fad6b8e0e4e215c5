"""Each night the rules of `lrs retention` erase what is old: Celery beat wakes it, as a process of
its own does the work, which may hold a role of the database that no worker needs otherwise."""

import logging
import subprocess
import sys
import threading
from typing import Any, Final

from celery import Celery
from celery.schedules import crontab

from lrs.settings import Settings

RETAIN: Final = "lrs.retention"
_COMMAND: Final = ("retention", "run", "--nightly")

_log = logging.getLogger(__name__)


class Retaining:
    """The task of one worker process. Where several hosts wake up, one erases at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def install(self, app: Celery) -> None:
        """Give the application its task and, unless the setting is empty, its hour."""

        def retain() -> None:  # Celery takes a method for a function that lacks an argument
            threading.Thread(target=self.run, name="retention", daemon=True).start()

        app.task(name=RETAIN, shared=False)(retain)
        if self._settings.retention_at:
            hour, minute = self._settings.retention_at.split(":")
            app.conf.beat_schedule = app.conf.beat_schedule | {
                "retention": {
                    "task": RETAIN,
                    "schedule": crontab(hour=int(hour), minute=int(minute)),
                    "options": {"expires": 3_600},
                }
            }

    def start(self, **_: Any) -> None:
        """The beat is started once for all tasks of the night."""

    def stop(self, **_: Any) -> None:
        """End what is going on: the next run finishes it."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def run(self) -> None:
        """Erase what is due; nothing if that is going on already."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "lrs", *_COMMAND],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            said = self._child.communicate()[0].decode(errors="replace").strip()
            level = logging.WARNING if self._child.returncode else logging.INFO
            _log.log(level, "retention: %s", said)
        finally:
            self._lock.release()
