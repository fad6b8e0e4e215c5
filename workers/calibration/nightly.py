"""The nightly calibration: Celery beat wakes it, and a process of its own does the work.

Its own, because a fit takes minutes and memory on a large store, and the one worker of the
embedded default has views to keep up meanwhile. Every worker host runs the beat, so that none is
needed more than another; where several wake up, the first fits and the rest find nothing new.
"""

import logging
import subprocess
import sys
import threading
from typing import Any, Final

from celery import Celery
from celery.beat import EmbeddedService
from celery.schedules import crontab

from lrs.errors import LrsError
from lrs.settings import Settings
from lrs.storage.administration.stores import Stores
from lrs.storage.database.engine import Database

CALIBRATE: Final = "lrs.calibrate"
_AUDIT: Final = "audit"  # holds no learning

_log = logging.getLogger(__name__)


class Nightly:
    """The task and the beat of one worker process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._beat: Any = None

    def install(self, app: Celery) -> None:
        """Give the application its task and, unless the setting is empty, its hour."""

        def calibrate() -> None:  # Celery takes a method for a function that lacks an argument
            self.wake()

        app.task(name=CALIBRATE, shared=False)(calibrate)
        if self._settings.calibrate_at:
            hour, minute = self._settings.calibrate_at.split(":")
            app.conf.beat_schedule = app.conf.beat_schedule | {
                "calibrate": {
                    "task": CALIBRATE,
                    "schedule": crontab(hour=int(hour), minute=int(minute)),
                    "options": {"expires": 3_600},
                }
            }
        app.conf.timezone = "UTC"
        if app.conf.beat_schedule:  # others' hours too, that were installed before
            self._beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")

    def start(self, **_: Any) -> None:
        """Start the beat, once the worker is ready."""
        if self._beat is not None:
            self._beat.daemon = True
            self._beat.start()

    def stop(self, **_: Any) -> None:
        """End the beat and whatever is being fitted: nothing of it is lost but time."""
        self._stopping.set()
        if self._beat is not None and self._beat.is_alive():
            self._beat.service.stop()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def wake(self) -> None:
        """Fit every store in turn, in the background; at once if that is going on already."""
        threading.Thread(target=self.calibrate, name="nightly", daemon=True).start()

    def calibrate(self) -> None:
        """Fit every store in turn."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            for name in self._stores():
                if self._stopping.is_set():
                    return
                self._calibrate(name)
        except LrsError as error:
            _log.warning("no calibration tonight: %s", error)
        finally:
            self._lock.release()

    def _stores(self) -> list[str]:
        database = Database(self._settings.resolved_database_url, pool_size=1)
        try:
            return [store.name for store in Stores(database).all() if store.name != _AUDIT]
        finally:
            database.dispose()

    def _calibrate(self, store: str) -> None:
        command = [sys.executable, "-m", "lrs", "calibrate", "--nightly", "--store", store]
        self._child = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said = self._child.communicate()[0].decode(errors="replace").strip()
        level = logging.WARNING if self._child.returncode else logging.INFO
        _log.log(level, "calibration of store %s: %s", store, said)
