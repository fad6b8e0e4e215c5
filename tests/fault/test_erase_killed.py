"""`lrs erase` killed again and again: run once more, it finishes, and every proof still holds."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, create_engine, select, text

from log_fixtures import Log, make, opened
from lrs.storage import schema
from lrs.storage.attachments.attachments import Attachments
from lrs.storage.attachments.content import Content
from lrs.storage.erasure.records import all_of
from lrs.storage.log.dictionaries import framer
from lrs.storage.proofs.heads import TreeHeads
from lrs.storage.proofs.keys import KeyFile
from lrs.storage.proofs.outside import Outside
from projecting import answer, settings_for
from services.databases import Databases
from workers.project import project

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]
ROOT = Path(__file__).parents[2]
MAIL, NAME = "zebulon.quist@example.org", "Zebulon Quist"
ZEB = {"mbox": f"mailto:{MAIL}", "name": NAME}
ESSAY = b"An essay, signed by Zebulon Quist. " * 300
STATEMENTS = 700


@dataclass
class Installation:
    log: Log
    url: str
    home: Path

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LRS_")} | {
            "LRS_HOME": str(self.home),
            "LRS_DATABASE_URL": self.url,
            "LRS_ATTACHMENTS": str(self.home / "attachments"),
        }
        command = [sys.executable, "-m", "lrs", *arguments, "--store", self.log.store.name]
        return subprocess.Popen(
            [*command, "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )

    def lrs(self, *arguments: str) -> Any:
        """What a command reports."""
        with self.start(*arguments) as started:
            told = started.communicate(timeout=60)[0]
        assert started.returncode == 0, told
        return json.loads(told)

    def killed(self, *arguments: str, after: float) -> bool:
        """Whether a command was killed so many seconds after it began to change something."""
        with self.start(*arguments) as started:
            self._until_begun(started)
            time.sleep(after)
            started.kill()
        return started.returncode == -signal.SIGKILL

    def _until_begun(self, started: subprocess.Popen[bytes]) -> None:
        """Wait until the erasing itself goes on: imports take longer than all of it."""
        before = self.stands()
        while started.poll() is None and self.stands() == before:
            time.sleep(0.002)

    def stands(self) -> tuple[int, int]:
        return self.unfinished(), self.erased()

    def erased(self) -> int:
        with self.log.database.read() as connection:
            return connection.execute(text("SELECT count(*) FROM erased")).scalar_one()

    def unfinished(self) -> int:
        return sum(one.finished_us is None for one in all_of(self.log.database, self.log.store.id))


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Installation]:
    with databases.fresh(request.param) as url, opened(url) as log:
        made = Installation(log, url, tmp_path / "home")
        made.home.mkdir()
        fill(made)
        yield made


def fill(made: Installation) -> None:
    """A learner with much of everything among others, and a tree head that was published."""
    log = made.log
    mine = [answer("x", n % 50, n) | {"actor": ZEB} for n in range(STATEMENTS - 100)]
    mine += [make(context={"instructor": ZEB}) for _ in range(100)]
    others = [answer(f"other{n % 9}", n % 50, n) for n in range(300)]
    mixed = mine + others
    random.Random(5).shuffle(mixed)
    for start in range(0, len(mixed), 250):
        log.append(*mixed[start : start + 250])
    for number, one in enumerate(mine[:20]):
        keep(made, ESSAY + bytes([number]), [one["id"]])
    keep(made, b"a picture of the class", [mine[0]["id"], others[0]["id"]])
    project(settings_for(made.url))
    keys, outside = KeyFile(made.home / "log-keys.json"), Outside(made.home / "tree-heads.ndjson")
    TreeHeads(log.database, keys, outside, "http://127.0.0.1:8000").sign(log.store)


def keep(made: Installation, data: bytes, statements: list[str]) -> None:
    content = Content(hashlib.sha256(data).digest(), len(data), lambda: [data])
    kept = Attachments(made.log.database, made.home / "attachments")
    kept.keep(made.log.store, [content], {content.sha2: statements})


def left(made: Installation) -> list[str]:
    """Where anything of the learner still stands."""
    needles = [b"zebulon", b"quist"]
    found = [
        str(path)
        for path in made.home.rglob("*")
        if path.is_file() and any(one in path.read_bytes().lower() for one in needles)
    ]
    if made.url.startswith("sqlite"):
        file = Path(made.url.removeprefix("sqlite:///"))
        files = [file, file.with_name(f"{file.name}-wal")]
        return found + [
            one.name
            for one in files
            if one.exists() and any(needle in one.read_bytes().lower() for needle in needles)
        ]
    return found + [place for place, value in values(made) if any(n in value for n in needles)]


def values(made: Installation) -> Iterator[tuple[str, bytes]]:
    """Every value of every table; documents as they were before compression."""
    framing, engine = framer(made.log.database), create_engine(made.url)
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            columns = [one for one in table.c if not isinstance(one.type, Boolean)]
            for row in connection.execute(select(*columns)):
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, str):
                        yield f"{table.name}.{column.name}", value.encode().lower()
                    elif isinstance(value, (bytes, memoryview)):
                        raw = bytes(value)
                        if (table.name, column.name) == ("log", "document"):
                            raw = framing.unframe(raw)
                        yield f"{table.name}.{column.name}", raw.lower()
    engine.dispose()


def test_an_erasure_killed_at_random_moments_is_finished_by_running_it_again(
    installed: Installation,
) -> None:
    assert left(installed)
    published = Outside(installed.home / "tree-heads.ndjson").heads()
    assert published
    kills = [installed.killed("erase", MAIL, after=random.uniform(0, 0.2)) for _ in range(4)]
    assert any(kills), "every kill came when all was done"
    installed.lrs("erase", MAIL)
    assert installed.unfinished() == 0
    assert installed.erased() == STATEMENTS
    assert left(installed) == []
    files = [one for one in (installed.home / "attachments").rglob("*") if one.is_file()]
    assert len(files) == 1, "the one that somebody else has too"
    assert installed.lrs("verify")["verified"]
    assert Outside(installed.home / "tree-heads.ndjson").heads()[: len(published)] == published
