"""The demonstration class: the same every time, valid, with every signal, and on time."""

import copy
import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tincan.statement_list import StatementList

from lrs.demo import vocabulary as v
from lrs.demo.calendar import last_friday
from lrs.demo.courses import COURSES, SKILLS
from lrs.demo.people import LEARNERS
from lrs.demo.run import BATCH, batches
from lrs.demo.school import CLOSING, EDITION, OPENING, Plan, statements
from lrs.xapi.references import identity
from lrs.xapi.statement import read
from lrs.xapi.versions import Version
from projections.observation import ANSWER, KINDS, Observation
from projections.observe import Observed, observe
from projections.signals import SignalMap

Value = dict[str, Any]

UNTIL = date(2026, 11, 20)
STORED_US = 1_800_000_000_000_000
# Change it together with school.EDITION: a store may hold the class as it was before.
DIGEST = (3, "3c17b84733d267d70a0e59aee4bd218c21e965071ac075edbf54b9d123ff17c7")


@pytest.fixture(scope="module")
def made() -> list[Value]:
    return statements(Plan(UNTIL))


@pytest.fixture(scope="module")
def observations(made: list[Value]) -> list[tuple[str | None, Observation]]:
    signals = SignalMap.default()
    return [
        (identity(dict(agent)), one)
        for at, statement in enumerate(made)
        for agent, one in observe(
            statement, position=at, stored_us=STORED_US, signals=signals
        ).observations
    ]


def _of(found: list[tuple[str | None, Observation]], key: str) -> list[Observation]:
    learner = next(one for one in LEARNERS if one.key == key)
    wanted = identity(learner.agent)
    return [one for who, one in found if who == wanted]


def test_the_class_is_the_same_to_the_last_character(made: list[Value]) -> None:
    text = json.dumps(made, ensure_ascii=False, sort_keys=True)
    assert (EDITION, hashlib.sha256(text.encode()).hexdigest()) == DIGEST
    assert statements(Plan(UNTIL)) == made


def test_ids_are_the_same_whatever_the_dates(made: list[Value]) -> None:
    moved = statements(Plan(date(2025, 6, 13)))
    assert {one["id"] for one in moved} == {one["id"] for one in made}


def test_an_id_stands_for_one_content(made: list[Value]) -> None:
    known: dict[str, Value] = {}
    for one in made:
        assert known.setdefault(one["id"], one) == one


def test_it_has_the_size_of_a_class(made: list[Value]) -> None:
    assert 15_000 <= len(made) <= 20_000
    assert len(LEARNERS) == 30
    assert 20 <= len(SKILLS) <= 25
    assert len({one.key for one in LEARNERS}) == 30
    assert Counter(one.identifier for one in LEARNERS).keys() == {
        "mbox", "account", "mbox_sha1sum", "openid",
    }  # fmt: skip


def test_it_ends_on_its_last_day(made: list[Value]) -> None:
    days = [one["timestamp"][:10] for one in made]
    assert max(days) == UNTIL.isoformat()
    assert min(days) == "2026-08-31"  # the Monday twelve calendar weeks before


@pytest.mark.parametrize(
    ("today", "friday"),
    [
        (date(2026, 11, 23), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 13)),
        (date(2026, 11, 19), date(2026, 11, 13)),
    ],
)
def test_the_last_friday_is_before_today(today: date, friday: date) -> None:
    assert last_friday(today) == friday


def test_every_statement_is_valid_as_generated(made: list[Value]) -> None:
    for batch in batches(made):
        read(json.dumps(batch).encode(), Version.V1, received_us=STORED_US)
        again = [{**one, "version": "2.0.0"} for one in batch]
        read(json.dumps(again).encode(), Version.V2, received_us=STORED_US)


def test_every_statement_is_valid_as_the_client_sends_it_and_says_the_same(
    made: list[Value],
) -> None:
    signals = SignalMap.default()
    for batch in list(batches(made))[::8]:
        sent = StatementList(copy.deepcopy(batch)).to_json()
        read(sent.encode(), Version.V1, received_us=STORED_US)
        for before, after in zip(batch, json.loads(sent), strict=True):
            told = observe(before, position=0, stored_us=STORED_US, signals=signals)
            heard = observe(after, position=0, stored_us=STORED_US, signals=signals)
            assert _plain(told) == _plain(heard)
            assert told.unread == heard.unread


def test_a_batch_has_no_id_twice_and_none_is_left_out(made: list[Value]) -> None:
    found = list(batches(made))
    assert [one for batch in found for one in batch] == made
    assert all(len({one["id"] for one in batch}) == len(batch) <= BATCH for batch in found)


def test_every_kind_of_observation_appears(
    observations: list[tuple[str | None, Observation]],
) -> None:
    assert {one.kind for _, one in observations} == set(KINDS)


def test_what_says_nothing_is_told_apart_by_reason(made: list[Value]) -> None:
    signals = SignalMap.default()
    reasons = Counter(
        observe(one, position=0, stored_us=STORED_US, signals=signals).unread for one in made
    )
    assert reasons.keys() - {None} == {
        f"no_signal:{v.LOGGED_IN}", "voiding", "actor:instructor", "actor:not_trackable",
    }  # fmt: skip


def test_every_answer_names_its_skill_by_name(made: list[Value]) -> None:
    names = {skill.id: skill.name for skill in SKILLS.values()}
    signals = SignalMap.default()
    for one in made:
        if one["object"].get("id", "").startswith(f"{COURSES[2].home}/h5p/cells?subContentId=1"):
            continue  # the tablet of the open day
        for _, seen in observe(one, position=0, stored_us=STORED_US, signals=signals).observations:
            if seen.kind == ANSWER and "?" not in str(seen.item)[-3:] and seen.objectives:
                assert seen.objectives[0] in names
    shown = {
        activity["id"]: activity["definition"]["name"]["en"]
        for one in made
        for way in one.get("context", {}).get("contextActivities", {}).values()
        for activity in way
        if activity.get("definition", {}).get("type") == v.COMPETENCY
    }
    assert shown == names


def test_answers_are_told_late_twice_and_out_of_order(made: list[Value]) -> None:
    moments = [datetime.fromisoformat(one["timestamp"]) for one in made]
    ahead = moments[0]
    latest = 0.0
    for moment in moments:
        latest = max(latest, (ahead - moment).total_seconds())
        ahead = max(ahead, moment)
    assert latest > 5 * 86_400
    assert max(Counter(one["id"] for one in made).values()) == 2
    pairs = Counter(
        (
            one["object"]["id"],
            json.dumps(one["actor"]),
            one["context"]["extensions"].get(v.OPENEDX_SESSION),
            one["object"]["definition"]["extensions"][v.ATTEMPT_ID],
        )
        for one in {one["id"]: one for one in made}.values()
        if one["verb"]["id"] in (v.ATTEMPTED, v.EVALUATED) and "xblock" in one["object"]["id"]
    )
    assert max(pairs.values()) == 2


def test_mistakes_are_voided_after_they_were_told(made: list[Value]) -> None:
    places = {one["id"]: at for at, one in enumerate(made)}
    voidings = [one for one in made if one["verb"]["id"] == v.VOIDED]
    assert voidings
    for one in voidings:
        assert places[one["object"]["id"]] < places[one["id"]]


def test_learners_are_true_to_their_stories(
    observations: list[tuple[str | None, Observation]],
) -> None:
    assert not [one for one in _of(observations, "chiara.esposito") if one.kind == "hint"]
    hints = Counter(who for who, one in observations if one.kind == "hint")
    habitual = next(one for one in LEARNERS if one.habitual)
    assert hints.most_common(1)[0][0] == identity(habitual.agent)
    sunday = [one for one in _of(observations, "fatima.alzahra") if one.kind == ANSWER]
    assert {_weekday(one) for one in sunday} == {6}
    away = [_week(one) for one in _of(observations, "eitan.levi") if one.kind == ANSWER]
    assert not {5, 6, 7} & set(away)
    assert {4, 8} <= set(away)
    fading = Counter(_week(one) for one in _of(observations, "quentin.baptiste"))
    assert fading[0] + fading[1] > 3 * (fading[9] + fading[10] + fading[11])
    assert not [one for one in _of(observations, "vusi.dlamini") if one.initiative == "self"]


def test_who_is_stuck_on_a_skill_does_not_get_it_right(
    observations: list[tuple[str | None, Observation]],
) -> None:
    for learner in LEARNERS:
        if learner.stuck_on is None:
            continue
        answers = [one for one in _of(observations, learner.key) if one.success is not None]
        stuck = SKILLS[learner.stuck_on].id
        on = [one.success for one in answers if stuck in one.objectives]
        off = [one.success for one in answers if one.objectives and stuck not in one.objectives]
        assert len(on) >= 10
        assert sum(map(bool, on)) / len(on) < sum(map(bool, off)) / len(off) - 0.15


def test_a_smaller_class_is_a_part_of_the_whole() -> None:
    small = statements(Plan(UNTIL, learners=3, weeks=2))
    assert small[0]["id"] == OPENING
    assert small[-1]["id"] == CLOSING
    assert small[0]["context"]["extensions"][f"{v.DEMO}learners"] == 3
    names = {one["actor"].get("name") for one in small if "mbox" in one["actor"]}
    assert names <= {one.name for one in LEARNERS[:3]} | {"Ingrid Solheim"}
    assert min(one["timestamp"] for one in small) >= "2026-11-09"


def _plain(told: Observed) -> list[Observation]:
    """With durations to the hundredth: the client adds up its minutes and seconds as floats."""
    return [
        one if one.duration_s is None else one._replace(duration_s=round(one.duration_s, 2))
        for _, one in told.observations
    ]


def _moment(one: Observation) -> datetime:
    return datetime.fromtimestamp(one.event_us / 1e6, UTC)


def _weekday(one: Observation) -> int:
    return _moment(one).weekday()


def _week(one: Observation) -> int:
    return (_moment(one).date() - date(2026, 8, 31)).days // 7
