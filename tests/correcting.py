"""Every kind of correction, mixed into a store's history; and workers that are real processes."""

import multiprocessing
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import Any

from log_fixtures import Log
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.views.adoptions import ALIGNMENT, CALIBRATION, SIGNALS, Adoptions
from lrs.storage.views.alignments import Alignments
from lrs.storage.views.calibrations import Calibrations
from lrs.storage.views.signal_maps import SignalMaps
from projecting import ITEMS, history, projector, settings_for, voiding
from projections.identities import JOINED, SEPARATED
from projections.knowledge import Calibration
from projections.signals import SignalMap

WAVED = "https://lms.example.org/verbs/waved"
_ADMINISTRATOR = {"account": {"homePage": "http://lrs.example", "name": "administrator"}}
Correction = Callable[[Log, random.Random], None]


def mail(learner: str) -> dict[str, Any]:
    return {"objectType": "Agent", "mbox": f"mailto:{learner}@example.org"}


def _about(verb: str, target: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "actor": _ADMINISTRATOR, "verb": {"id": verb}, "object": target,
    }  # fmt: skip


def join(log: Log, source: random.Random) -> None:
    some = [mail(f"learner{one}") for one in source.sample(range(6), 2)]
    log.append(_about(JOINED, {"objectType": "Group", "member": some}))


def separate(log: Log, source: random.Random) -> None:
    log.append(_about(SEPARATED, mail(f"learner{source.randrange(6)}")))


def align(log: Log, source: random.Random) -> None:
    """A few items are about other skills."""
    items = {f"{ITEMS}/{one}": (f"{ITEMS}/skill/new",) for one in source.sample(range(40), 3)}
    number = Alignments(log.database).save(log.store.id, Alignment(items))
    Adoptions(log.database).adopt(log.store.id, ALIGNMENT, number)


def calibrate(log: Log, source: random.Random) -> None:
    found = Calibration(
        item_difficulty={f"{ITEMS}/{one}": source.uniform(-1, 1) for one in range(40)}
    )
    number = Calibrations(log.database).add(log.store.id, found, 0, {})
    Adoptions(log.database).adopt(log.store.id, CALIBRATION, number)


def read_otherwise(log: Log, source: random.Random) -> None:
    """Another signal map, or the built-in one again."""
    kind = source.choice(["view", "start", "reflection"])
    changed = SignalMap.default().merge(
        {"version": 1, "signals": [{"verbs": [WAVED], "kind": kind}]}
    )
    number = SignalMaps(log.database).save(log.store.id, changed)
    Adoptions(log.database).adopt(log.store.id, SIGNALS, source.choice([number, number, 0]))


CORRECTIONS: tuple[Correction, ...] = (join, separate, align, calibrate, read_otherwise)


def corrected(log: Log, *, seed: int, rounds: int, count: int, after: Callable[[], None]) -> None:
    """A history in portions: late, out of order, told again, voided; and between them everything
    else that corrects views. after: called after each portion and its correction."""
    source = random.Random(seed)
    statements = history(rounds * count, learners=6, seed=seed)
    for number in range(rounds):
        log.append(*statements[number * count : (number + 1) * count])
        known = statements[: (number + 1) * count]
        log.append(*source.sample(known, min(5, len(known))))  # the very same again
        log.append(voiding(source.choice(known)["id"]))
        CORRECTIONS[number % len(CORRECTIONS)](log, source)
        if source.random() < 0.5:
            source.choice(CORRECTIONS)(log, source)
        after()


def _work(url: str, store: int, stop: Event) -> None:
    with projector(settings_for(url, observe_batch=60)) as mine:
        found = mine.stores.by_id(store)
        while not stop.is_set():
            mine.project(found)
            if not mine.aside(found):
                time.sleep(0.005)


@contextmanager
def workers(url: str, store: int, count: int) -> Iterator[None]:
    """So many processes that project the store until the block ends."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    processes = [
        context.Process(target=_work, args=(url, store, stop), daemon=True) for _ in range(count)
    ]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        stop.set()
        for process in processes:
            process.join(30)
    assert [process.exitcode for process in processes] == [0] * count
