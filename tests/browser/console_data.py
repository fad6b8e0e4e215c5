"""A class for the console's tests: a few learners, one of them with a hostile name."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from command_line import run
from http_server import ROOT, Client, Server
from statements import activity, agent, statement, verb

HOSTILE = '<script>alert(1)</script>" onload="x \u202egnitset\u202c 🧮👩🏽‍🔬 \u0000'.replace(
    "\u0000", ""
)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 20
SKILLS = {
    "fractions": "Adding fractions",
    "ratios": "Ratios and rates",
    "area": "Area of a triangle",
    "slope": "Slope of a line",
}
_BEGAN = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=40)


def answer(
    who: dict[str, Any], skill: str, number: int, right: bool, **result: Any
) -> dict[str, Any]:
    question = {
        **activity(f"{skill}-{number}"),
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "name": {"en": f"{SKILLS.get(skill, skill)}, task {number}"},
        },
    }
    objective = {
        "id": f"https://lms.example.org/skills/{skill}",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/objective",
            "name": {"en": SKILLS.get(skill, skill)},
        },
    }
    moment = _BEGAN + timedelta(days=number * 2, minutes=len(skill) * 3)
    return statement(
        actor=who,
        verb=verb(),
        object=question,
        result={"success": right, "duration": f"PT{20 + number * 3 % 40}S", **result},
        context={"contextActivities": {"grouping": [objective]}},
        timestamp=moment.isoformat().replace("+00:00", "Z"),
    )


def fill(client: Client) -> None:
    """Ada practises a lot, Bob little; some names are trouble."""
    ada = {**agent("ada"), "name": "Ada Sørensen"}
    bob = {**agent("bob"), "name": "Bob"}
    sent = [answer(ada, "fractions", at, at > 2) for at in range(18)]
    sent += [answer(ada, "ratios", at, at % 3 != 0, response="3:4") for at in range(9)]
    sent += [answer(ada, "area", at, at < 1) for at in range(3)]
    sent += [answer(ada, "slope", at, False) for at in range(12)]
    sent += [answer(bob, "ratios", 1, True)]
    sent += [
        answer({**agent("hostile"), "name": HOSTILE}, HOSTILE_SKILL, 1, True, response=HOSTILE)
    ]
    sent += [answer({**agent("long"), "name": LONG}, "area", 1, True)]
    sent += [answer({**agent("empty"), "name": ""}, "area", 1, False)]
    account = {
        "objectType": "Agent",
        "account": {"homePage": "https://sis.example.org", "name": "4711"},
    }
    sent += [answer(account, "area", 2, True)]
    client.store_statements(*sent, *_intentions(ada))


def _intentions(who: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan, a goal that was kept, an intention without skills or an end, a preference."""
    profile = "tag:lrs.example,2026:profile/extensions/"
    tincan = "http://id.tincanapi.com/"
    skills = [f"https://lms.example.org/skills/{one}" for one in SKILLS if one != HOSTILE_SKILL]
    due = (datetime.now(UTC) + timedelta(days=20)).isoformat().replace("+00:00", "Z")
    ends = {f"{profile}due": due, f"{profile}initiative": "self"}

    def told(
        iri: str, name: str, kind: str, at: int, extensions: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        target = {
            **activity(name.replace(" ", "-")),
            "definition": {"type": kind, "name": {"en": name}},
        }
        when = (_BEGAN + timedelta(days=at)).isoformat().replace("+00:00", "Z")
        context = {"context": {"extensions": extensions}} if extensions else {}
        return statement(actor=who, verb={"id": iri}, object=target, timestamp=when, **context)

    goal, plan = (
        f"{tincan}activitytype/goal",
        "https://w3id.org/xapi/acrossx/activities/learning-plan",
    )
    planned = "https://w3id.org/xapi/dod-isd/verbs/planned"
    course = "http://adlnet.gov/expapi/activities/course"
    return [
        told(planned, "My plan", plan, 1, {**ends, f"{profile}skills": skills}),
        told(f"{tincan}verb/defined", "My goal", goal, 1, {**ends, f"{profile}skills": skills[:1]}),
        told("https://w3id.org/xapi/tla/verbs/achieved", "My goal", goal, 30),
        told(planned, "Tomorrow", course, 31, {f"{tincan}extension/planned-duration": "PT40M"}),
        told(
            "http://adlnet.gov/expapi/verbs/preferred", "How", course, 2, {f"{profile}value": "<b>"}
        ),
    ]


HOSTILE_SKILL = "x"
SKILLS[HOSTILE_SKILL] = HOSTILE


def project(server: Server) -> None:
    """Bring the views up to the log's end, as `lrs project --wait` does."""
    done = run("project", "--wait", environment=environment(server))
    assert done.status == 0, done.stderr


def environment(server: Server) -> dict[str, str]:
    return {"LRS_HOME": str(server.home), "LRS_DATABASE_URL": server.database_url}


def link(server: Server, name: str = "administrator", role: str | None = None) -> str:
    """A fresh sign-in link, from the command; role: of somebody new."""
    words = ["user", "link", "--name", name] if role is None else [
        "user", "create", name, "--role", role,
    ]  # fmt: skip
    made = run(*words, environment={**environment(server), "LRS_PUBLIC_URL": server.url})
    assert made.status == 0, made.stderr
    return made.stdout.decode().split()[-1]


@contextmanager
def behind_proxy(
    home: Path, database_url: str, settings: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """A server with a public address: where it really listens, and its sign-in link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {**os.environ, **settings, "LRS_HOME": str(home), "LRS_DATABASE_URL": database_url}
    given["LRS_PORT"] = str(port)
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "lrs", "serve", "--no-worker"],
        cwd=ROOT,
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _answers(f"{address}/health/live", process)
        found = json.loads((home / "credentials.json").read_text())
        yield address, found["administrator"]["sign_in"]
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx2.get(address, timeout=30).raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")
