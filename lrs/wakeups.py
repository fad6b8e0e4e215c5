"""Telling the workers that a log has grown, off the request's path.

Coalesced: however many commits there are while a message is under way, one more follows it.
Dropped if the broker is away: the workers' own sweep finds the work.
"""

import logging
import threading
import uuid
from typing import Any

from kombu import Connection, Producer

from lrs.broker import EXCHANGE, OBSERVE, QUEUE, broker, impatient
from lrs.settings import Settings

_GAP_SECONDS = 0.05  # between messages: what is committed meanwhile shares the next
_AWAY_SECONDS = 1.0  # after a failure, before the broker is tried again
_ENOUGH = 64  # messages nobody has taken: more would tell the workers nothing

_log = logging.getLogger(__name__)


class Sender:
    """Puts task messages in the workers' queue, in Celery's message protocol 2.

    https://docs.celeryq.dev/en/stable/internals/protocol.html
    """

    def __init__(self, settings: Settings) -> None:
        self._broker = impatient(broker(settings))
        self._connection: Any = None
        self._producer: Any = None

    def send(self, task: str, *arguments: int) -> bool:
        """Send a task unless enough are waiting. Raises whatever the transport raises."""
        channel = self._open().channel
        if QUEUE(channel).queue_declare().message_count >= _ENOUGH:
            return False
        number = str(uuid.uuid4())
        self._producer.publish(
            (arguments, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}),
            exchange=EXCHANGE,
            routing_key=QUEUE.routing_key,
            serializer="json",
            correlation_id=number,
            headers={"lang": "py", "task": task, "id": number, "root_id": number},
            retry=False,
        )
        return True

    def _open(self) -> Any:
        if self._producer is None:
            url, transport, options = self._broker
            self._connection = Connection(
                url, transport=transport, transport_options=options, connect_timeout=2
            )
            channel = self._connection.channel()
            QUEUE(channel).declare()
            self._producer = Producer(channel)
        return self._producer

    def close(self) -> None:
        """Give the connection up; the next message opens a new one. Never raises."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            try:
                connection.release()
            except Exception as error:  # noqa: BLE001 - whatever a transport raises on the way out
                _log.debug("closing the broker's connection: %s", error)


class Wakeups:
    """One a process: `notify` from any thread, as often as there are commits."""

    def __init__(self, settings: Settings) -> None:
        self._sender = Sender(settings)
        self._pending: set[int] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._away = False
        self._thread = threading.Thread(target=self._run, name="wakeups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Send what is pending, once, then end."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def notify(self, store: int) -> None:
        """There is something new in this store's log. Neither blocks nor raises."""
        with self._lock:
            self._pending.add(store)
        self._wake.set()

    def _run(self) -> None:
        last = False
        while not last:
            self._wake.wait()
            self._wake.clear()
            last = self._stop.is_set()
            with self._lock:
                pending, self._pending = sorted(self._pending), set()
            sent = [self._send(store) for store in pending]  # each, even after a failure
            self._stop.wait(_GAP_SECONDS if all(sent) else _AWAY_SECONDS)
        self._sender.close()

    def _send(self, store: int) -> bool:
        try:
            self._sender.send(OBSERVE, store)
        except Exception as error:  # noqa: BLE001 - each transport has its own errors
            self._sender.close()
            if not self._away:
                _log.warning("the broker is away, wake-ups are dropped: %s", error)
            self._away = True
            return False
        if self._away:
            _log.info("the broker is back")
        self._away = False
        return True
