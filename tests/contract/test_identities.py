"""Joined and separated identities: exactly those learners change, and nothing is ever lost."""

import json
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from log_fixtures import Log, opened
from lrs.errors import InvalidRequest, NotFound
from lrs.storage.database.session import Session
from lrs.storage.log.recorder import Author
from lrs.storage.views import joining
from lrs.storage.views.builds import Builds
from lrs.storage.views.identities import Identities
from lrs.storage.views.reading import Views
from projecting import answer, history, made_of, projector, settings_for, voiding
from projections.identities import JOINED, SEPARATED
from workers.project import rebuild

ADMINISTRATOR = {"account": {"homePage": "http://lrs.example", "name": "administrator"}}


def mail(learner: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{learner}@example.org"}


def joined(*learners: str) -> dict[str, Any]:
    return _about(JOINED, {"objectType": "Group", "member": [mail(one) for one in learners]})


def separated(learner: str) -> dict[str, Any]:
    return _about(SEPARATED, {"objectType": "Agent", **mail(learner)})


def _about(verb: str, target: dict[str, Any]) -> dict[str, Any]:
    identifier = str(uuid.uuid4())
    return {"id": identifier, "actor": ADMINISTRATOR, "verb": {"id": verb}, "object": target}


@contextmanager
def projected(url: str, *batches: list[dict[str, Any]]) -> Iterator[Log]:
    """A log of these statements, projected after each batch."""
    with opened(url) as log, projector(settings_for(url)) as work:
        for batch in batches:
            if batch:
                log.append(*batch)
            work.project(log.store)
        yield log


def mastery(log: Log, learner: str) -> list[tuple[str, Any]]:
    views = Views(log.database)
    found = views.find(log.store, f"mbox:mailto:{learner}@example.org")
    assert found is not None
    return [(name, row["record"]) for name, row in views.rows(log.store, found, "mastery").rows]


HISTORY = [answer("ann", 1, 1), answer("ben", 8, 2, right=False), answer("ann", 15, 3),
           answer("ben", 1, 4), answer("cid", 1, 5)]  # fmt: skip


def renamed(statements: list[dict[str, Any]], *names: str, to: str) -> list[dict[str, Any]]:
    text = json.dumps(statements)
    for name in names:
        text = text.replace(f"mailto:{name}@", f"mailto:{to}@")
    return json.loads(text)  # type: ignore[no-any-return]


def test_joined_identities_are_folded_as_one_person(database_url: str) -> None:
    with projected(database_url, HISTORY, [joined("ann", "ben")]) as log:
        together = mastery(log, "ann")
        assert mastery(log, "ben") == together
    with projected(database_url, renamed(HISTORY, "ben", to="ann")) as log:
        assert mastery(log, "ann") == together


def test_whichever_comes_first_the_answers_or_the_joining(database_url: str) -> None:
    before = [[joined("ann", "ben")], HISTORY]
    between = [HISTORY[:2], [joined("ann", "ben")], HISTORY[2:]]
    at_once = [[*HISTORY[:1], joined("ben", "ann"), *HISTORY[1:]]]
    found = []
    for batches in (before, between, at_once):
        with projected(database_url, *batches) as log:
            found.append([mastery(log, one) for one in ("ann", "ben", "cid")])
    assert found[0] == found[1] == found[2]
    assert found[0][0] == found[0][1] != found[0][2]


def test_separated_again_they_are_as_if_never_joined(database_url: str) -> None:
    with projected(database_url, HISTORY) as log:
        never = made_of(log.database, log.store)
        with projector(settings_for(database_url)) as work:
            for value in (joined("ann", "ben"), separated("ben")):
                log.append(value)
                work.project(log.store)
        assert made_of(log.database, log.store) == never


def test_a_voided_joining_leaves_no_trace(database_url: str) -> None:
    with projected(database_url, HISTORY) as log:
        never = made_of(log.database, log.store)
        act = joined("ann", "ben")
        with projector(settings_for(database_url)) as work:
            for value in (act, voiding(act["id"])):
                log.append(value)
                work.project(log.store)
        found = made_of(log.database, log.store)
        assert len(found.pop("unread")) == len(never.pop("unread")) + 1  # the voiding
        assert found == never


def test_a_rebuild_equals_what_was_kept_up(database_url: str) -> None:
    source = random.Random(4)
    statements = history(120, 6, seed=4)
    for at in range(10, 120, 12):
        one, other = source.sample(range(6), 2)
        act = joined(f"learner{one}", f"learner{other}")
        statements.insert(at, separated(f"learner{one}") if at % 36 == 10 else act)
    batches = [statements[at : at + 17] for at in range(0, len(statements), 17)]
    with projected(database_url, *batches) as log:
        kept = made_of(log.database, log.store)
        rebuild(settings_for(database_url), log.store.name)
        assert Builds(log.database).current(log.store.id) == 2
        assert made_of(log.database, log.store) == kept


def test_only_those_joined_are_folded_again(database_url: str) -> None:
    with projected(database_url, HISTORY) as log:
        before = _generations(log)
        with projector(settings_for(database_url)) as work:
            log.append(joined("ann", "ben"))
            work.project(log.store)
        after = _generations(log)
    changed = {who for who in before if before[who] != after[who]}
    assert changed == {"mailto:ann@example.org", "mailto:ben@example.org"}


def _generations(log: Log) -> dict[str, int]:
    with log.database.read() as connection:
        rows = Session(connection).rows(
            "SELECT identities.body, states.generation FROM states JOIN identities ON "
            "identities.store = states.store AND identities.learner = states.learner "
            "WHERE states.store = ?",
            (log.store.id,),
        )
    return {json.loads(bytes(body))["mbox"]: generation for body, generation in rows}


def test_the_learner_known_first_stands_for_all_and_the_other_points_there(
    database_url: str,
) -> None:
    with projected(database_url, HISTORY) as log:
        views = Views(log.database)
        own = {
            one: views.find(log.store, f"mbox:mailto:{one}@example.org") for one in ("ann", "ben")
        }
        with projector(settings_for(database_url)) as work:
            log.append(joined("ben", "ann"))
            work.project(log.store)
        assert views.find(log.store, "mbox:mailto:ben@example.org") == own["ann"]
        ann, ben = (views.learner(log.store, own[one] or "") for one in ("ann", "ben"))
        assert (ann.joined, ann.joined_into) == ([own["ben"]], None)
        assert [agent["mbox"] for agent in ann.agents] == [mail("ann")["mbox"], mail("ben")["mbox"]]
        assert ben.joined_into == own["ann"]
        assert sorted(one.id for one in views.learners(log.store).items) == sorted(
            one for one in (own["ann"], views.find(log.store, "mbox:mailto:cid@example.org")) if one
        )


def test_who_belonged_to_whom_is_known_at_every_position(database_url: str) -> None:
    batches = [HISTORY, [joined("ann", "ben")], [joined("cid", "ben")], [separated("ann")]]
    with projected(database_url, *batches) as log, log.database.read() as connection:
        session = Session(connection)
        ids = [
            uuid.UUID(Views(log.database).learner(log.store, one.id).id).bytes
            for one in Views(log.database).learners(log.store).items
        ]
        names = dict(session.rows("SELECT learner, name FROM learners WHERE store = ?",
                                  (log.store.id,)))  # fmt: skip
        everybody = sorted(names, key=lambda one: names[one])
        ann, ben, cid = everybody
        found = {
            below: joining.survivors(session, log.store.id, everybody, below)
            for below in (5, 6, 7, 8)
        }
        assert len(ids) == 2
        assert [found[below][ben] for below in (5, 6, 7, 8)] == [ben, ann, ann, ben]
        assert [found[below][cid] for below in (5, 6, 7, 8)] == [cid, cid, ann, ben]
        assert found[8][ann] == ann
        assert joining.members(session, log.store.id, everybody, 8)[ben] == sorted([ben, cid])


def test_what_names_nobody_is_refused_or_counted(database_url: str) -> None:
    group = {"objectType": "Group", "member": [mail("ann")]}
    with projected(database_url, HISTORY, [_about(JOINED, group)]) as log:
        assert Views(log.database).unread_reasons(log.store) == {"identity:one_only": 1}
        made = Identities(log.database)
        author = Author.tool(log.credential.authority.body)
        with pytest.raises(NotFound, match="Nothing was told"):
            made.join(log.store, author, ["ann@example.org", "x@example.org"])
        with pytest.raises(InvalidRequest, match="2 to 100"):
            made.join(log.store, author, ["ann@example.org"] * 2)
        for text in ("ann", "{}", '{"mbox": 3}'):
            with pytest.raises(InvalidRequest):
                made.separate(log.store, author, text)


def test_recording_is_answered_with_what_will_be(database_url: str) -> None:
    with projected(database_url, HISTORY) as log:
        made = Identities(log.database)
        ann = Views(log.database).find(log.store, "mbox:mailto:ann@example.org") or ""
        found = made.join(
            log.store, Author.tool(log.credential.authority.body), ["ben@example.org", ann]
        )
        assert (found.survivor, found.position, len(found.learners)) == (ann, 5, 2)
        with projector(settings_for(database_url)) as work:
            work.project(log.store)
        (act,) = made.recorded(log.store)
        assert (act.statement, act.joins, act.voided) == (found.statement, True, False)
        assert sorted(act.learners) == found.learners


_acts = some.one_of(
    some.tuples(some.just("join"), some.lists(some.sampled_from("abcd"), min_size=2, max_size=3,
                                              unique=True)),
    some.tuples(some.just("part"), some.sampled_from("abcd").map(lambda one: [one])),
    some.tuples(some.just("answer"), some.sampled_from("abcd").map(lambda one: [one])),
    some.tuples(some.just("void"), some.just([])),
)  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=some.lists(_acts, max_size=14), cuts=some.sets(some.integers(1, 13)))
def test_any_history_of_joining_folds_as_the_partition_that_it_leaves(
    databases: Any, kind: Any, acts: list[tuple[str, list[str]]], cuts: set[int]
) -> None:
    statements: list[dict[str, Any]] = []
    answers: list[tuple[str, dict[str, Any]]] = []
    recorded: list[tuple[str, str, list[str]]] = []
    for at, (act, whom) in enumerate(acts):
        if act == "join":
            statements.append(joined(*whom))
            recorded.append((statements[-1]["id"], act, whom))
        elif act == "part":
            statements.append(separated(*whom))
            recorded.append((statements[-1]["id"], act, whom))
        elif act == "answer":
            statements.append(answer(whom[0], at % 3, 14 - at, right=at % 2 == 0))
            answers.append((whom[0], statements[-1]))
        elif recorded:
            statements.append(voiding(recorded.pop(0)[0]))
    whole = _partition(recorded)
    batches, start = [], 0
    for cut in [*sorted(cuts), len(statements)]:
        batches.append(statements[start:cut])
        start = max(start, cut)
    with databases.fresh(kind) as url:
        with projected(url, *batches) as log:
            found = {one: mastery(log, one) for one, _ in answers}
        simple = [renamed([value], one, to=min(whole[one]))[0] for one, value in answers]
        with projected(url, [], simple) as log:
            assert found == {one: mastery(log, min(whole[one])) for one, _ in answers}


def _partition(recorded: list[tuple[str, str, list[str]]]) -> dict[str, frozenset[str]]:
    whole = {one: frozenset(one) for one in "abcd"}
    for _, act, whom in recorded:
        if act == "join":
            group = frozenset().union(*(whole[one] for one in whom))
            whole |= dict.fromkeys(group, group)
        else:
            rest = whole[whom[0]] - {whom[0]}
            whole |= {whom[0]: frozenset(whom), **dict.fromkeys(rest, rest)}
    return whole
