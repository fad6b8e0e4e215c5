"""The Celery application: tasks that only wake, a sweep that finds what a lost one missed."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery, signals

from lrs.broker import ASIDE, EXCHANGE, FOLD, OBSERVE, QUEUE, broker
from lrs.errors import NotFound, Unavailable
from lrs.settings import Settings
from lrs.storage.administration.stores import AUDIT, Store
from lrs.storage.proofs.heads import Rewritten, TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.wakeups import Sender
from workers.calibration.nightly import Nightly
from workers.memory import settle
from workers.projector import Projector
from workers.retention import Retaining

_log = logging.getLogger(__name__)


class Process:
    """What one worker process holds: made on first use, and anew after a fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._pid = 0
        self._projector: Projector | None = None
        self._sender: Sender | None = None

    @property
    def projector(self) -> Projector:
        self._renew()
        if self._projector is None:
            self._projector = Projector(self._settings)
            settle()
        return self._projector

    def send(self, task: str, store: int) -> bool:
        """Wake another worker. False: the broker is away."""
        self._renew()
        with self._lock:
            self._sender = self._sender or Sender(self._settings)
            try:
                self._sender.send(task, store)
            except Exception as error:  # noqa: BLE001 - each transport has its own errors
                self._sender.close()
                _log.debug("no wake-up was sent: %s", error)
                return False
        return True

    def _renew(self) -> None:
        if self._pid != os.getpid():
            self._pid, self._lock = os.getpid(), threading.Lock()
            self._projector = self._sender = None


def application(settings: Settings) -> Celery:
    """The application of these settings, with its tasks and its sweep."""
    found = broker(settings)
    app = Celery("lrs", set_as_current=False)
    app.conf.update(
        broker_url=found.url,
        broker_transport=found.transport,
        broker_transport_options=found.options,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_queues=[QUEUE],
        task_default_queue=QUEUE.name,
        task_default_exchange=EXCHANGE.name,
        task_default_routing_key=QUEUE.routing_key,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=not settings.embedded_broker,
        worker_cancel_long_running_tasks_on_connection_loss=False,
    )
    process = Process(settings)
    _tasks(app, process, settings)
    sweep, retaining, nightly = Sweep(settings), Retaining(settings), Nightly(settings)
    retaining.install(app)
    nightly.install(app)  # last: it starts the beat for all
    for part in (sweep, retaining, nightly):
        signals.worker_ready.connect(part.start, weak=False)
        signals.worker_shutting_down.connect(part.stop, weak=False)
    return app


def _tasks(app: Celery, process: Process, settings: Settings) -> None:
    alone = settings.embedded_broker

    def observe(store: int) -> None:
        """Something was appended: observe it, and fold what came of it."""
        with _tolerant():
            projector = process.projector
            projector.project(
                projector.stores.by_id(store),
                delegate=lambda: not alone and process.send(FOLD, store),
            )

    def fold(store: int) -> None:
        """Learners have marks: help to fold them."""
        with _tolerant():
            projector = process.projector
            projector.fold(projector.stores.by_id(store))

    def aside(store: int) -> None:
        """Do for a while what no view waits for; whatever is new in any store comes first."""
        with _tolerant():
            work_aside(process.projector, store, settings.sweep_seconds)

    app.task(name=OBSERVE)(observe)
    app.task(name=FOLD)(fold)
    app.task(name=ASIDE)(aside)


def work_aside(projector: Projector, store: int, seconds: float) -> None:
    """Slices of the work aside, and between them what is new: this may be the only process."""
    until = time.monotonic() + seconds
    more = True
    while more and time.monotonic() < until:
        more = projector.aside(projector.stores.by_id(store))
        for one in projector.stores.observed():
            projector.project(one)


@contextmanager
def _tolerant() -> Iterator[None]:
    """A database that is away, or a store that is gone, is no fault of the task's."""
    try:
        yield
    except (NotFound, Unavailable) as error:
        _log.warning("left for the sweep: %s", error)


class Sweep:
    """A thread of the worker's main process that looks for work nobody was woken for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._process = Process(settings)
        self._heads: TreeHeads | None = None

    def start(self, **_: Any) -> None:
        threading.Thread(target=self._run, name="sweep", daemon=True).start()

    def stop(self, **_: Any) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                _log.warning("the sweep found no answer: %s", error)
            self._stop.wait(self._settings.sweep_seconds)

    def look(self) -> None:
        """Wake the workers for every store with work; do it here if they cannot be woken.

        Sign what has come in as well, so that tree heads are kept whether anybody asks or not.
        """
        projector = self._process.projector
        for store in projector.stores.all():
            self._sign(store)
            if store.name == AUDIT:
                continue  # never observed
            try:
                self._wake(projector, store)
            except Unavailable:
                raise
            except Exception:  # noqa: BLE001 - one store must not hold up the others
                _log.exception("the sweep could not see to the store %s", store.name)

    def _wake(self, projector: Projector, store: Store) -> None:
        if projector.waiting(store) and not self._process.send(OBSERVE, store.id):
            projector.project(store)
        if projector.waiting_aside(store) and not self._process.send(ASIDE, store.id):
            work_aside(projector, store.id, self._settings.sweep_seconds)

    def _sign(self, store: Store) -> None:
        projector, settings = self._process.projector, self._settings
        if self._heads is None:
            self._heads = TreeHeads(
                projector.database,
                KeyFile(settings.resolved_log_keys),
                Outside(settings.resolved_tree_heads),
                settings.origin,
            )
        try:
            self._heads.current(store)
        except (Rewritten, OSError) as error:
            _log.error("no tree head was signed for %s: %s", store.name, error)
