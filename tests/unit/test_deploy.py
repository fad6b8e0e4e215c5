"""deploy/ works as far as it can be tried without a container engine."""

import configparser
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
import yaml
from sqlalchemy import text

from lrs.errors import LrsError
from lrs.storage.administration.migrate import migrate
from lrs.storage.database.engine import Database
from services import postgres as postgres_service
from services.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
WORDS = {"type": "array", "items": {"type": "string"}}
NAME = "^[a-z][a-z_]*$"
DURATION = {"type": "string", "pattern": "^([0-9]+(s|m|h))+$"}
HEALTHCHECK = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "test": {**WORDS, "minItems": 2, "contains": {"enum": ["CMD", "CMD-SHELL"]}},
        "interval": DURATION,
        "timeout": DURATION,
        "start_period": DURATION,
        "retries": {"type": "integer", "minimum": 1},
        "disable": {"const": True},
    },
}
DEPENDS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["condition"],
        "additionalProperties": False,
        "properties": {
            "condition": {
                "enum": ["service_started", "service_healthy", "service_completed_successfully"]
            }
        },
    },
}
BUILD = {
    "type": "object",
    "required": ["context"],
    "additionalProperties": False,
    "properties": {"context": {"type": "string"}, "dockerfile": {"type": "string"}},
}
SERVICE = {
    "type": "object",
    "required": ["image"],
    "additionalProperties": False,
    "properties": {
        "build": BUILD,
        "cap_drop": WORDS,
        "command": WORDS,
        "depends_on": DEPENDS,
        "environment": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
            "additionalProperties": {"type": ["string", "number"]},
        },
        "healthcheck": HEALTHCHECK,
        "image": {"type": "string", "pattern": "^[a-z0-9./-]+(:[a-z0-9.-]+)?$"},
        "init": {"type": "boolean"},
        "ports": {"type": "array", "items": {"pattern": r"^([0-9.]+:)?[0-9]+:[0-9]+$"}},
        "read_only": {"type": "boolean"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "secrets": WORDS,
        "security_opt": WORDS,
        "shm_size": {"type": "string", "pattern": "^[0-9]+[kmg]$"},
        "stop_grace_period": DURATION,
        "tmpfs": WORDS,
        "volumes": {"type": "array", "items": {"pattern": r"^[^:]+:/[^:]+(:ro)?$"}},
    },
}
COMPOSE = {
    "type": "object",
    "required": ["name", "services"],
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": NAME},
        "services": {
            "type": "object",
            "propertyNames": {"pattern": NAME},
            "additionalProperties": SERVICE,
        },
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
        "secrets": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {"file": {"type": "string"}},
            },
        },
    },
}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_the_compose_file_has_the_form_of_one(compose: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(COMPOSE)
    jsonschema.validate(compose, COMPOSE)


def test_the_compose_file_names_nothing_that_it_does_not_declare(compose: Any) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), volume
        for other, wait in service.get("depends_on", {}).items():
            checked = "test" in services[other].get("healthcheck", {})
            assert checked or wait["condition"] != "service_healthy", (name, other)


def test_no_secret_stands_in_the_compose_file(compose: Any) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert "@" not in value


def test_every_secret_of_the_compose_file_is_made_by_the_script(
    compose: Any, tmp_path: Path
) -> None:
    shutil.copy(DEPLOY / "secrets.sh", tmp_path)
    command = ["sh", tmp_path / "secrets.sh", "db.example.org"]
    subprocess.run(command, check=True, capture_output=True)
    for secret in compose["secrets"].values():
        assert len((tmp_path / secret["file"]).read_text()) >= 48
    assert "@db.example.org:5432/lrs" in (tmp_path / "secrets" / "lrs_database_url").read_text()
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    again = subprocess.run(command, check=False, capture_output=True)
    assert again.returncode == 1


@pytest.mark.parametrize(
    "binaries", list(postgres_service.installations()), ids=lambda path: path.parent.name
)
def test_the_server_account_may_append_and_cannot_alter_the_log(binaries: Path) -> None:
    with PostgresServer(binaries=binaries) as server:
        command = [
            binaries / "psql", "--no-psqlrc", "--quiet", "--set=owner_password=o",
            "--set=server_password=s", f"--file={DEPLOY / 'database.sql'}", server.url,
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        place = f"127.0.0.1:{server.port}/lrs"
        migrate(f"postgresql://lrs_owner:o@{place}")
        migrate(f"postgresql://lrs_server:s@{place}")  # as each server does when it starts
        database = Database(f"postgresql://lrs_server:s@{place}")
        try:
            with database.write() as connection:
                query = "INSERT INTO stores (name, secret, created_us) VALUES ('a', 'x', 0)"
                connection.execute(text(query))
            for forbidden in ("DROP TABLE log", "DELETE FROM log", "CREATE TABLE t (a int)"):
                with pytest.raises(Exception, match=r"permission|must be owner|refused"):
                    _execute(database, forbidden)
        finally:
            database.dispose()
        with psycopg.connect(f"postgresql://lrs_server:s@{place}") as connection:
            for role in ("lrs_erase", "lrs_owner"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SET ROLE {role}")
                connection.rollback()


def _execute(database: Database, statement: str) -> None:
    try:
        with database.write() as connection:
            connection.execute(text(statement))
    except LrsError as error:
        raise AssertionError("refused for a wrong reason") from error


@pytest.mark.parametrize(
    "unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda p: p.stem
)
def test_a_unit_is_well_formed_and_runs_as_nobody_special(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    assert parser.sections() == ["Unit", "Service", "Install"]
    service = parser["Service"]
    assert service["ExecStart"].startswith("/opt/lrs/bin/lrs ")
    assert service["User"] == "lrs"
    assert service["NoNewPrivileges"] == "yes"


def test_the_image_copies_only_what_exists_and_is_not_ignored() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists()
            assert f"!{source}" in ignored
    assert dockerfile.rindex("USER lrs") > dockerfile.rindex("FROM ")


def test_the_wheel_holds_the_migrations_and_all_data(tmp_path: Path) -> None:
    _build(tmp_path)
    wheel = next(tmp_path.glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / "alembic").rglob("*.py"):
        assert f"lrs/storage/{path.relative_to(ROOT)}" in names
    for folder in ("lrs", "projections", "workers"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in names


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_commands_of_the_image_make_an_installation_that_works(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "lrs"
    source.mkdir()
    for name in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines():
        if name.startswith("!"):
            path = ROOT / name[1:]
            (shutil.copytree if path.is_dir() else shutil.copy)(path, source / name[1:])
    venv.create(target, with_pip=True)
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    for command in re.findall(r"^RUN (/opt/lrs/bin/pip .*)$", dockerfile, re.MULTILINE):
        words = command.replace("/opt/lrs", str(target)).split()
        _run(words, cwd=source)
    shutil.rmtree(source)
    home = tmp_path / "home"
    environment = {"LRS_HOME": str(home), "PATH": "/usr/bin:/bin"}
    for words in (["migrate"], ["store", "create", "school"], ["status", "--json"]):
        _run([str(target / "bin" / "lrs"), *words], cwd=tmp_path, env=environment)
    assert (home / "lrs.sqlite3").exists()


def _run(command: list[str], **options: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _build(folder: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, folder], check=True, cwd=ROOT, capture_output=True)
