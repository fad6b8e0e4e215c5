"""Send the class to a server with the tincan client, as a tool would."""

import copy
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.client import HTTPException
from typing import Any, Final, NamedTuple

from tincan.lrs_response import LRSResponse
from tincan.remote_lrs import RemoteLRS

from lrs.demo import vocabulary as v
from lrs.demo.calendar import last_friday
from lrs.demo.people import LEARNERS
from lrs.demo.school import CLOSING, EDITION, OPENING, WEEKS, Plan, statements
from lrs.demo.vocabulary import Value
from lrs.errors import Conflict, Forbidden, LrsError, NotAuthenticated, Unavailable

BATCH: Final = 100
_TRIES: Final = 6
_FIRST_PAUSE: Final = 0.25
_PAUSED: Final = (429, 503)

Progress = Callable[[int, int], None]
"""Told after each request: statements sent so far, and of how many."""


class Summary(NamedTuple):
    """until: the class's last day. statements: of the class, those told twice counted once; sent:
    how many of them this run told. Both are 0 where the store held the whole class before."""

    until: date
    statements: int
    sent: int
    seconds: float


def run(
    url: str,
    key: str,
    secret: str,
    *,
    until: date | None = None,
    learners: int | None = None,
    weeks: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Summary:
    """Bring the class into the store of this credential; what is there already stays as it is.

    until: the class's last day; by default the one that the store began with, else the last Friday
    before today (UTC). learners, weeks: fewer; by default those of the store, else all.
    Interrupted, it can be run again. Raises Unavailable when the server is away, NotAuthenticated
    or Forbidden when the credential does not do, and Conflict when the store holds another class.
    """
    began = time.monotonic()
    sender = _Sender(url, key, secret)
    kept = sender.statement(OPENING)
    if kept is None:
        day = until or last_friday(datetime.now(UTC).date())
        plan = Plan(day, learners or len(LEARNERS), weeks or WEEKS)
    else:
        plan = _plan_of(kept, until, learners, weeks)
        if sender.statement(CLOSING) is not None:
            return Summary(plan.until, 0, 0, time.monotonic() - began)
        if kept["context"]["extensions"][f"{v.DEMO}edition"] != EDITION:
            raise Conflict(
                "Another version of this program began to send its class to this store; only that "
                "version can go on. Take a new store."
            )
    made = statements(plan)
    done = 0
    for batch in batches(made):
        sender.send(batch)
        done += len(batch)
        progress(done, len(made))
    count = len({one["id"] for one in made})
    return Summary(plan.until, count, count, time.monotonic() - began)


def batches(made: list[Value]) -> Iterator[list[Value]]:
    """In order, at most BATCH in each and none with an id twice, which a store refuses."""
    batch: dict[str, Value] = {}
    for one in made:
        if len(batch) == BATCH or one["id"] in batch:
            yield list(batch.values())
            batch = {}
        batch[one["id"]] = one
    if batch:
        yield list(batch.values())


def _plan_of(kept: Value, until: date | None, learners: int | None, weeks: int | None) -> Plan:
    """The class that a store began with; Conflict if another one is asked for."""
    known = kept["context"]["extensions"]
    found = Plan(
        date.fromisoformat(known[f"{v.DEMO}until"]),
        known[f"{v.DEMO}learners"],
        known[f"{v.DEMO}weeks"],
    )
    if Plan(until or found.until, learners or found.learners, weeks or found.weeks) != found:
        raise Conflict(
            f"This store holds the demonstration class of {found.learners} learners over "
            f"{found.weeks} weeks until {found.until}, and keeps it. Leave --until out, or take "
            "another store."
        )
    return found


class _Sender:
    """The tincan client, with pauses for a server that is busy or restarts."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._url = url
        self._remote = RemoteLRS(
            endpoint=url.rstrip("/") + "/", version="1.0.3", username=key, password=secret
        )
        self._tries = 1  # until the server has answered once

    def statement(self, id_: str) -> Value | None:
        answer = self._ask(lambda: self._remote.retrieve_statement(id_))
        if answer.response.status == 404:
            return None
        self._check(answer)
        found: Value = json.loads(answer.data)
        return found

    def send(self, batch: list[Value]) -> None:
        """Store a batch. The client changes what it is given, so it gets a copy."""
        self._check(self._ask(lambda: self._remote.save_statements(copy.deepcopy(batch))))

    def _ask(self, request: Callable[[], Any]) -> LRSResponse:
        pause = _FIRST_PAUSE
        for left in reversed(range(self._tries)):
            try:
                answer = request()
            except (OSError, HTTPException) as error:
                if not left:
                    raise Unavailable(
                        f"No answer from {self._url}: {error}. Is the server running? What was "
                        "sent is kept; run the command again to go on."
                    ) from error
            else:
                self._tries = _TRIES
                if answer.response.status not in _PAUSED or not left:
                    return answer
            time.sleep(pause)
            pause *= 2
        raise AssertionError  # the last try returns or raises

    def _check(self, answer: LRSResponse) -> None:
        status = answer.response.status
        if 200 <= status < 300:
            return
        said = _message(answer.data)
        if status == 401:
            raise NotAuthenticated(f"{self._url} does not know this key and secret. {said}")
        if status == 403:
            raise Forbidden(f"This credential may not do that at {self._url}. {said}")
        if status == 409:
            raise Conflict(f"The store holds other statements under these ids. {said}")
        if status in _PAUSED:
            raise Unavailable(f"{self._url} is too busy. {said}")
        raise LrsError(f"{self._url} answered {status}. {said}")


def _message(data: bytes) -> str:
    """What the server says is wrong, if it says so in JSON."""
    try:
        found = json.loads(data)
    except ValueError:
        return ""
    return str(found.get("message", "")) if isinstance(found, dict) else ""
