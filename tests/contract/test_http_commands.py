"""The command line against a real database: import, stores, credentials, status, serve."""

import base64
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner

from command_line import Ran, run
from http_server import ROOT, Client, running, start
from lrs import cli
from statements import agent, statement

pytestmark = pytest.mark.timeout(180)


class Lrs:
    """Runs `lrs …` for one installation."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        self.environment = {
            **os.environ, "LRS_HOME": str(home), "LRS_DATABASE_URL": url, "LRS_PORT": "0",
        }  # fmt: skip

    def run(
        self, *arguments: str, given: bytes = b"", status: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        """In a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "lrs", *arguments],
            cwd=ROOT, env=self.environment, input=given, capture_output=True, check=False,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == status, (done.stdout, done.stderr)
        assert b"Traceback" not in done.stderr
        return done

    def here(self, *arguments: str, given: bytes = b"", status: int = 0) -> Ran:
        """In this process."""
        done = run(*arguments, environment=self.environment, typed=given)
        assert done.status == status, (done.stdout, done.stderr)
        assert b"Traceback" not in done.stderr
        return done

    def json(self, *arguments: str, given: bytes = b"", status: int = 0) -> Any:
        return json.loads(self.here(*arguments, "--json", given=given, status=status).stdout)


@pytest.fixture
def lrs(home: Path, sqlite_url: str) -> Lrs:
    """What differs between databases is below the commands, and asked on both there."""
    made = Lrs(home, sqlite_url)
    made.here("store", "create", "default")
    return made


@pytest.fixture
def lrs_anywhere(home: Path, database_url: str) -> Lrs:
    """As `lrs`, on both databases."""
    made = Lrs(home, database_url)
    made.here("store", "create", "default")
    return made


def lines(*statements: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in statements)


def test_import_stores_once_however_often_it_runs(lrs_anywhere: Lrs, tmp_path: Path) -> None:
    sent = [statement(), statement(id=None), statement(id=None, actor=agent("bob"))]
    file = tmp_path / "statements.ndjson"
    file.write_bytes(lines(*sent, sent[1]))
    first = lrs_anywhere.json("import", str(file))
    assert (first["read"], first["stored"], first["known"], first["refused"]) == (4, 4, 0, 0)
    again = json.loads(lrs_anywhere.run("import", str(file), "--json").stdout)
    assert (again["stored"], again["known"], again["refused"]) == (0, 4, 0)
    array = lrs_anywhere.json("import", "-", given=gzip.compress(json.dumps(sent[:1]).encode()))
    assert (array["stored"], array["known"]) == (0, 1)
    assert lrs_anywhere.json("status")["head"] == {"default": 4}


def test_import_names_what_it_refuses_and_why_and_stores_the_rest(lrs: Lrs) -> None:
    good = statement()
    other = {**good, "actor": agent("bob")}
    bad = statement(verb={"id": "answered"}, object=None)
    given = lines(good) + b"{broken\n" + lines(bad, statement(), other) + b"[]\n"
    report = lrs.json("import", "-", given=given, status=1)
    assert (report["read"], report["stored"], report["known"], report["refused"]) == (6, 2, 0, 4)
    refused = {one["line"]: one for one in report["refusals"]}
    assert list(refused) == [2, 3, 6, 5] or sorted(refused) == [2, 3, 5, 6]
    assert refused[2]["faults"][0]["code"] == "malformed_json"
    assert {fault["path"] for fault in refused[3]["faults"]} == {"/verb/id", "/object"}
    assert refused[3]["id"] == bad["id"]
    assert refused[5]["code"] == "conflict"
    assert report["reasons"]["conflict"] == 1
    text = lrs.run("import", "-", "--allow-refused", given=given).stdout.decode()
    assert "6 statements: 0 stored, 2 known already, 4 refused" in text
    assert "/verb/id" in text


def test_import_reads_2_0_statements_as_2_0(lrs: Lrs) -> None:
    people = [{"objectType": "contextAgent", "agent": agent("bob")}]
    modern = statement(version="2.0.0", context={"contextAgents": people})
    assert lrs.json("import", "-", given=lines(modern, statement()))["stored"] == 2


def test_import_into_an_unknown_store_is_refused(lrs: Lrs) -> None:
    done = lrs.here("import", "-", "--store", "nowhere", given=b"", status=1)
    assert b"nowhere" in done.stderr


def test_a_credential_is_created_listed_and_revoked(lrs: Lrs) -> None:
    made = lrs.json(
        "credential",
        "create",
        "--key",
        "tool",
        "--secret",
        "-",
        "--scope",
        "all",
        given=b"s3cret\n",
    )
    assert (made["key"], made["secret"], made["scopes"]) == ("tool", "s3cret", ["all"])
    listed = lrs.json("credential", "list")["items"]
    assert [one["key"] for one in listed] == ["tool"]
    assert "secret" not in listed[0]
    lrs.run("credential", "create", "--key", "tool", status=1)
    lrs.here("credential", "create", "--scope", "everything", status=1)
    lrs.here("credential", "revoke", "--key", "tool")
    assert lrs.json("credential", "list")["items"] == []
    lrs.here("credential", "revoke", "--key", "nobody", status=1)


def test_stores_are_created_and_listed(lrs: Lrs) -> None:
    lrs.run("store", "create", "school")
    lrs.here("store", "create", "school", status=1)
    assert [one["name"] for one in lrs.json("store", "list")["items"]] == ["default", "school"]


def test_status_says_what_protects_the_log(lrs_anywhere: Lrs) -> None:
    found = lrs_anywhere.json("status")
    assert found["protection"] == "triggers"  # one URL: the login owns the tables
    assert not found["pending_migrations"]
    assert b"protected by triggers alone" in lrs_anywhere.run("status").stdout


def test_every_command_explains_itself() -> None:
    commands = ["serve", "worker", "migrate", "status", "store", "credential", "import", "demo"]
    for command in [*commands, "project", "rebuild", "user"]:
        shown = CliRunner().invoke(cli.lrs, [command, "--help"])
        assert shown.exit_code == 0, command
        assert shown.output.startswith(f"Usage: lrs {command}"), command


@pytest.mark.parametrize(
    "command",
    [
        "align", "audit", "backup", "demo", "group", "join", "log-key", "prove", "reader",
        "rebuild", "retention", "signals", "simulate", "token", "verify",
    ],
)  # fmt: skip
def test_a_command_imports_by_itself_all_that_it_needs(command: str, tmp_path: Path) -> None:
    """Elsewhere these run in the tests' own process, which has imported everything."""
    shown = Lrs(tmp_path, "").run(command, "--help").stdout.decode()
    assert shown.startswith(f"Usage: lrs {command}")


def _link(home: Path, url: str, **more: str) -> str:
    """Where the administrator signs in, as a command in another terminal says it."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "LRS_"}
    environment |= {"LRS_HOME": str(home), "LRS_DATABASE_URL": url, **more}
    command = [sys.executable, "-m", "lrs", "user", "link", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return str(json.loads(done.stdout)["sign_in"])


def test_the_first_start_makes_a_store_and_a_credential(home: Path) -> None:
    url = f"sqlite:///{home / 'lrs.sqlite3'}"
    with running(home, url) as server:
        file = home / "credentials.json"
        assert file.stat().st_mode & 0o777 == 0o600
        made = server.credentials
        headers = {"X-Experience-API-Version": "1.0.3"}
        with httpx2.Client(
            base_url=server.url, auth=(made["key"], made["secret"]), headers=headers
        ) as client:
            assert client.post("/xapi/statements", json=statement()).status_code == 200
        before = file.read_bytes()
        assert _link(home, url).startswith(f"{server.url}/sign-in/")
        assert _link(home, url, LRS_PORT="81").startswith("http://127.0.0.1:81/sign-in/")
        assert server.stop() == 0
    with running(home, url) as again:
        assert file.read_bytes() == before
        assert httpx2.get(f"{again.url}/health/ready").json() == {"status": "ready"}


def test_a_port_in_use_is_said_in_a_sentence(home: Path, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = Lrs(home, sqlite_url).run("serve", "--port", str(port), status=1)
    assert f"port {port}" in done.stderr.decode()


def test_a_server_that_is_told_to_stop_finishes_what_it_began(
    home: Path, database_url: str
) -> None:
    server = start(home, database_url, "--no-worker")
    try:
        client = server.client()
        batch = [statement() for _ in range(3_000)]
        text = _text(client.build_request("POST", "/xapi/statements", json=batch), client)
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as raw:
            raw.sendall(text[:-1])
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            raw.sendall(text[-1:])
            answer = raw.recv(100)
        assert answer.startswith(b"HTTP/1.1 200")
        assert server.process.wait(40) == 0
    finally:
        server.close()


def _text(request: httpx2.Request, client: Client) -> bytes:
    token = base64.b64encode(f"{client.key}:{client.secret}".encode()).decode()
    headers = {**request.headers, "authorization": f"Basic {token}"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /xapi/statements HTTP/1.1\r\n{head}\r\n".encode() + request.read()


def test_several_server_processes_share_a_log(home: Path, database_url: str) -> None:
    with running(home, database_url, settings={"LRS_HTTP_PROCESSES": "2"}) as server:
        client = server.client()
        made = [client.store_statements(statement())[0] for _ in range(20)]
        assert sorted(client.found()) == sorted(made)
        metrics = httpx2.get(f"{server.url}/metrics").text
        assert 'lrs_http_requests_total{method="POST",route="/xapi/statements"' in metrics
        assert uuid.UUID(made[0])
