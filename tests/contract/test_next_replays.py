"""What is suggested now is what will be said of this position for ever: on generated histories
with late, voided and personal statements, and with alignments adopted in between."""

import random
from typing import Any

import orjson
import pytest

from log_fixtures import Log, opened
from lrs.api.v1.next_steps import answer as answered
from lrs.storage.alignment.alignment import Alignment
from lrs.storage.log.dictionaries import framer
from lrs.storage.views.aligning import Aligning
from lrs.storage.views.knowledge import Knowledges
from lrs.storage.views.next_steps import NextSteps
from lrs.storage.views.past import Past
from lrs.storage.views.reading import Views
from projecting import ITEMS, history, projector, settings_for
from projections.policy_weights import CURRENT
from projections.signals import PROFILE

AT_US = 1_793_000_000_000_000
LEARNERS, PORTION = 3, 70


def personal(source: random.Random, at: int) -> dict[str, Any]:
    """A pick, a pin, an interest, an offer or a choice of one of the learners."""
    verb = source.choice(
        [
            f"{PROFILE}verbs/picked", f"{PROFILE}verbs/unpicked", f"{PROFILE}verbs/pinned",
            "https://w3id.org/xapi/tla/verbs/recommended", "http://id.tincanapi.com/verb/skipped",
        ]
    )  # fmt: skip
    return {
        "id": f"00000000-0000-4000-8000-{at:012x}",
        "actor": {"mbox": f"mailto:learner{source.randrange(LEARNERS)}@example.org"},
        "verb": {"id": verb},
        "object": {"id": f"{ITEMS}/skill/{source.randrange(7)}"},
        "timestamp": f"2026-09-07T{8 + at % 12:02}:30:00Z",
    }


def alignment(step: int) -> Alignment:
    """Every item about a skill, some skills after others; another one each time."""
    items = {f"{ITEMS}/{n}": (f"{ITEMS}/skill/{(n + step) % 7}",) for n in range(40)}
    before = {f"{ITEMS}/skill/{n}": (f"{ITEMS}/skill/{n - 1}",) for n in range(1 + step, 7)}
    return Alignment(items, before)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_suggested_at_a_position_stays_so(database_url: str, seed: int) -> None:
    source = random.Random(seed)
    statements = history(5 * PORTION, learners=LEARNERS, seed=seed)
    with opened(database_url) as log, projector(settings_for(database_url)) as work:
        steps, views = parts(log)
        shown: dict[tuple[str, int], bytes] = {}
        for number in range(5):
            if number in (1, 3):
                aligning = Aligning(log.database, log.store)
                aligning.adopt(aligning.plan(alignment(number)))
                # adopted at the log's last position: of that one, the new alignment counts
                last = max(position for _, position in shown)
                shown = {key: one for key, one in shown.items() if key[1] != last}
            extra = [personal(source, 10 * number + at) for at in range(6)]
            log.append(*statements[number * PORTION : (number + 1) * PORTION], *extra)
            work.observe(log.store, work.open(log.store)[0])
            waiting = told(log, steps, views)  # while everybody is still to be folded
            work.project(log.store)
            folded = told(log, steps, views)
            shown |= waiting | folded
        assert len({position for _, position in shown}) >= 3
        for (learner, position), was in shown.items():
            again = answered(learner, steps.then(log.store, learner, position), AT_US, CURRENT)
            assert orjson.dumps(again) == was, position


def parts(log: Log) -> tuple[NextSteps, Views]:
    knowledges = Knowledges(log.database)
    past = Past(log.database, knowledges)
    return NextSteps(log.database, knowledges, past, framer(log.database)), Views(log.database)


def told(log: Log, steps: NextSteps, views: Views) -> dict[tuple[str, int], bytes]:
    """What is suggested to everybody now, and as of which position."""
    found = {}
    for learner in views.learners(log.store).items:
        given = steps.now(log.store, learner.id)
        if given.position >= learner.position:
            made = answered(learner.id, given, AT_US, CURRENT)
            found[learner.id, given.position] = orjson.dumps(made)
    return found
