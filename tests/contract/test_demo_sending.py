"""`lrs demo` against a real server: everything arrives, once, and the store keeps its dates."""

import copy
import json
import socket
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from tincan.statement_list import StatementList

from http_server import Client, Server
from lrs.cli import lrs
from lrs.demo import vocabulary as v
from lrs.demo.run import batches, run
from lrs.demo.school import Plan, statements
from lrs.errors import Conflict, Forbidden, NotAuthenticated, Unavailable

pytestmark = pytest.mark.timeout(180)

UNTIL = date(2026, 11, 13)
SMALL = Plan(UNTIL, learners=4, weeks=3)


def _run(client: Client, server: Server, **options: Any) -> Any:
    asked: dict[str, Any] = {"until": UNTIL, "learners": 4, "weeks": 3}
    return run(f"{server.url}/xapi", client.key, client.secret, **asked | options)


def _ids() -> set[str]:
    return {one["id"] for one in statements(SMALL)}


def test_everything_arrives_and_a_second_run_is_silent(server: Server, client: Client) -> None:
    told: list[tuple[int, int]] = []
    first = _run(client, server, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == len(statements(SMALL))
    assert first.sent == first.statements == len(_ids())
    assert first.until == UNTIL
    voided = {one["object"]["id"] for one in statements(SMALL) if one["verb"]["id"] == v.VOIDED}
    assert set(client.found(limit=500)) == _ids() - voided
    assert _run(client, server).sent == 0
    assert run(f"{server.url}/xapi", client.key, client.secret).until == UNTIL


def test_sending_all_of_it_again_stores_nothing(server: Server, client: Client) -> None:
    _run(client, server)
    before = client.found(limit=500)
    for batch in batches(statements(SMALL)):
        sent = StatementList(copy.deepcopy(batch)).to_json()
        client.store_statements(*json.loads(sent))
    assert client.found(limit=500) == before


def test_what_was_interrupted_is_completed(server: Server, client: Client) -> None:
    class Interrupted(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done >= 200:
            raise Interrupted

    with pytest.raises(Interrupted):
        _run(client, server, progress=stop)
    some = len(client.found(limit=500))
    assert 150 < some < len(_ids())
    went_on = run(f"{server.url}/xapi", client.key, client.secret)  # the store knows which class
    assert went_on.until == UNTIL
    assert went_on.statements == len(_ids())
    assert len(client.found(limit=500)) > some


def test_a_store_keeps_the_class_it_began_with(server: Server, client: Client) -> None:
    _run(client, server)
    count = len(client.found(limit=500))
    for other in ({"until": date(2026, 11, 6)}, {"learners": 5}, {"weeks": 2}):
        with pytest.raises(Conflict, match="until 2026-11-13, and keeps it"):
            _run(client, server, **other)
    assert len(client.found(limit=500)) == count


def test_a_server_that_is_away_is_said(server: Server, client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="Is the server running"):
        run(f"http://127.0.0.1:{port}/xapi", client.key, client.secret)
    with pytest.raises(NotAuthenticated):
        run(f"{server.url}/xapi", client.key, "wrong")
    reader = server.client("statements/read", store=client.store)
    with pytest.raises(Forbidden):
        _run(reader, server)


def test_the_command_reports_and_refuses_a_day_to_come(server: Server, client: Client) -> None:
    where = ["--url", f"{server.url}/xapi", "--key", client.key, "--secret", "-"]
    options = ["--until", "2026-11-13", "--learners", "2", "--weeks", "1", "--json"]
    done = CliRunner().invoke(lrs, ["demo", *where, *options], input=client.secret + "\n")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["until"] == "2026-11-13"
    assert found["sent"] == found["statements"] > 40
    again = CliRunner().invoke(lrs, ["demo", *where], input=client.secret + "\n")
    assert "there already, until 2026-11-13" in again.output
    late = CliRunner().invoke(lrs, ["demo", *where, "--until", "2999-01-04"], input="x\n")
    assert late.exit_code == 2
    alone = CliRunner().invoke(lrs, ["demo", "--key", client.key])
    assert alone.exit_code == 2
