"""The services that the other tests stand on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, inspect

from services import postgres as postgres_service
from services import redis as redis_service
from services.databases import Databases
from services.postgres import PostgresServer
from services.redis import RedisServer

POSTGRES = list(postgres_service.installations())


@pytest.mark.parametrize("binaries", POSTGRES, ids=lambda path: path.parent.name)
def test_a_postgresql_killed_at_once_keeps_what_it_committed(binaries: Path) -> None:
    with PostgresServer(binaries=binaries) as server:
        url = server.create_database()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
        server.stop()
        assert not server.running


def test_a_wheel_always_has_a_postgresql() -> None:
    assert postgres_service.packaged() in POSTGRES


@pytest.mark.parametrize(
    "program", [redis_service.find_program(), redis_service.packaged()], ids=["found", "wheel"]
)
def test_a_persistent_redis_killed_at_once_keeps_what_it_acknowledged(program: Path) -> None:
    with RedisServer(program=program, persistent=True) as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("kept", "7")
        server.kill()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("kept") == b"7"


def test_every_test_gets_a_migrated_database_of_its_own(database_url: str) -> None:
    engine = create_engine(database_url)
    try:
        assert "log" in inspect(engine).get_table_names()
    finally:
        engine.dispose()


@pytest.mark.skipif(
    "LRS_TEST_POSTGRES_URL" in os.environ, reason="LRS_TEST_POSTGRES_URL says who owns databases"
)
def test_the_owner_of_test_databases_is_no_superuser(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        query = "SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER"
        assert connection.execute(query).fetchone() == (False,)


def test_a_dropped_database_is_gone(databases: Databases) -> None:
    with databases.fresh("postgresql") as url:
        psycopg.connect(url).close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_broker_is_empty_at_first(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("a", "b")


def test_nothing_outlives_a_killed_run(tmp_path: Path) -> None:
    script = (
        "import time; from services.redis import RedisServer\n"
        "server = RedisServer(); server.start(); print(server.url, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script]
    tests = Path(__file__).parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tests) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        run.send_signal(signal.SIGKILL)
    with redis.Redis.from_url(url, retry=None) as client:
        for _ in range(100):
            try:
                client.ping()
            except redis.ConnectionError:
                return
            signal.sigtimedwait([], 0.1)
    pytest.fail("the server still answers")
