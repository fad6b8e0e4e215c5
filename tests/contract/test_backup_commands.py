"""`lrs backup`, `lrs erase`, `lrs restore` and `lrs verify`, one after another, as they are run."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from command_line import run
from log_fixtures import Log, make, opened
from lrs.storage.administration.stores import Stores
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.attachments.content import Content
from lrs.storage.database.engine import Database
from lrs.storage.erasure.records import erased_within
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from lrs.storage.views.reading import Views
from projecting import answer, made_of, settings_for
from services.databases import Databases, Kind
from workers.project import project

pytestmark = pytest.mark.timeout(180)
ESSAY = b"an essay by zebulon"


@dataclass
class Host:
    """Where commands run. home: keys and published heads, which outlive the database."""

    home: Path
    url: str
    attachments: Path

    def lrs(self, *arguments: str | Path, status: int = 0) -> Any:
        environment = {
            "LRS_HOME": str(self.home),
            "LRS_DATABASE_URL": self.url,
            "LRS_ATTACHMENTS": str(self.attachments),
        }
        done = run(*arguments, "--json", environment=environment)
        assert done.status == status, (done.stdout, done.stderr)
        return json.loads(done.stdout)


def sign(log: Log, home: Path) -> None:
    keys, outside = KeyFile(home / "log-keys.json"), Outside(home / "tree-heads.ndjson")
    TreeHeads(log.database, keys, outside, "https://lrs.example.org").sign(log.store)


def fill(log: Log, host: Host) -> None:
    essay = make(actor="zebulon")
    sha2 = hashlib.sha256(ESSAY).digest()
    content = Content(sha2, len(ESSAY), lambda: [ESSAY])
    Attachments(log.database, host.attachments).keep(log.store, [content], {sha2: [essay["id"]]})
    log.append(*(answer(who, n, n) for who in ("ann", "zebulon", "cy") for n in range(100)))
    log.append(essay)
    project(settings_for(host.url))
    sign(log, host.home)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_put_back_verified_and_erased_again(
    kind: Kind, databases: Databases, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "backup"
    with databases.fresh(kind) as url, opened(url) as log:
        host, name = Host(home, url, tmp_path / "attachments"), log.store.name
        fill(log, host)
        assert host.lrs("backup", folder)["heads"][name] == 301
        gone = host.lrs("erase", "zebulon@example.org", "--store", name)
        assert gone["counts"]["statements"] == 101
        left = made_of(log.database, log.store)

    url = databases.create_empty(kind)
    try:
        host = Host(home, url, tmp_path / "attachments, anew")
        assert host.lrs("restore", folder)["erasures_applied"] == 1
        checked = host.lrs("verify", "--store", name)
        assert checked["verified"], checked
        database = Database(url)
        store = Stores(database).get(name)
        assert len(erased_within(database, store.id, 0, 301)) == 101
        assert [one.name for one in Views(database).learners(store).items] == ["Ann", "Cy"]
        assert made_of(database, store) == left
        database.dispose()
        assert [one for one in host.attachments.rglob("*") if one.is_file()] == []
        verbs = [one["verb"] for one in host.lrs("audit", "list")["items"]]
        assert verbs[0] == "restored"
        if kind == "postgresql":
            shows_nothing_unasked(url)
    finally:
        databases.drop(url)


def shows_nothing_unasked(url: str) -> None:
    """The views of analysts' logins are there again, and filter."""
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM reading_log")).scalar_one() > 0
        connection.execute(text("SET ROLE lrs_read"))
        assert connection.execute(text("SELECT count(*) FROM reading_log")).scalar_one() == 0
    engine.dispose()


def test_yesterdays_copy_is_found_out_by_the_heads_published_since(
    databases: Databases, tmp_path: Path
) -> None:
    kind: Kind = "postgresql"
    home, folder = tmp_path / "home", tmp_path / "backup"
    with databases.fresh(kind) as url, opened(url) as log:
        host, name = Host(home, url, tmp_path / "attachments"), log.store.name
        log.append(*(make() for _ in range(9)))
        sign(log, home)
        host.lrs("backup", folder)
        log.append(make())
        sign(log, home)

    url = databases.create_empty(kind)
    try:
        host = Host(home, url, tmp_path / "attachments")
        host.lrs("restore", folder)
        found = host.lrs("verify", "--log", "--store", name, status=1)
        assert [one["table"] for one in found["faults"]] == ["heads"]
        assert "rolled back" in found["faults"][0]["what"]
    finally:
        databases.drop(url)
