"""`lrs verify` names table, row and what to do next, for people and for programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from log_fixtures import Log, make, opened
from lrs.cli import lrs
from lrs.storage import schema
from lrs.storage.verify.advice import advice
from lrs.storage.verify.fault import Fault
from projecting import answer, settings_for
from workers.project import project


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened(database_url) as made:
        made.append(*(answer("ann", n, n) for n in range(5)), make())
        project(settings_for(database_url))
        yield made


def verify(url: str, home: Path, *arguments: str, status: int) -> str:
    given = {"LRS_DATABASE_URL": url, "LRS_HOME": str(home)}
    done = CliRunner().invoke(lrs, ["verify", *arguments], env=given)
    assert done.exit_code == status, (done.output, done.exception)
    return done.stdout


def tamper(url: str, table: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        if url.startswith("postgresql"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for name in list(
                connection.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                ).scalars()
            ):
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
    engine.dispose()


def test_every_fault_says_table_row_and_what_to_do(
    log: Log, database_url: str, tmp_path: Path
) -> None:
    whole: Any = json.loads(verify(database_url, tmp_path, "--json", status=0))
    assert whole["verified"]
    assert {one.split("/")[1] for one in whole["seconds"]} == {
        "log", "index", "views", "attachments",
    }  # fmt: skip
    tamper(database_url, "log", "UPDATE log SET salt = entry WHERE position = 3")
    tamper(database_url, "views", "DELETE FROM views")
    told = json.loads(verify(database_url, tmp_path, "--json", status=1))
    assert not told["verified"]
    first = told["faults"][0]
    assert (first["stage"], first["store"], first["table"], first["position"]) == (
        "log", log.store.name, "log", 3,
    )  # fmt: skip
    assert {one["table"] for one in told["faults"]} == {"log", "views"}
    assert all(one["next"] for one in told["faults"])
    people = verify(database_url, tmp_path, "--log", "--views", status=1)
    assert f"{log.store.name} log: log at position 3: entry is not SHA-256" in people
    assert "lrs restore" in people
    assert "lrs rebuild" in people


@pytest.mark.parametrize("table", [*schema.metadata.tables, "outside", "receipt"])
def test_whatever_is_found_there_is_something_to_do(table: str) -> None:
    assert advice("log", Fault(table, None, "differs")).endswith(".")


def test_a_log_rolled_back_and_an_export_that_does_not_hold_have_their_own_advice() -> None:
    rolled = advice("log", Fault("heads", None, "head 3 …: the log was cut or rolled back"))
    assert "older" in rolled
    assert "another receipt or export" in advice("export", Fault("log", 4, "differs"))
