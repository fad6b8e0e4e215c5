"""What all processes of one test run share: started on first demand, ended with the run.

The process that owns the run (with pytest-xdist: the one that hands out the tests) starts the
services; the workers ask it over a local socket. So nothing depends on which worker ends first.
"""

import os
import secrets
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from lrs.storage.administration.migrate import migrate
from services.postgres import QUICK, PostgresServer
from services.processes import ServiceError, in_memory, new_folder, remove_folder


class Services(Protocol):
    def get(self, name: str) -> str:
        """What `name` stands for, after starting it if need be; ServiceError if it cannot be."""


class OwnServices:
    """The services themselves.

    `postgres`: the administrator's URL. `postgres-owner`: the URL of the account that owns the
    databases of tests. `postgres-template`: name of a migrated database to copy.
    `sqlite-template`: path of a migrated file to copy.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._values: dict[str, str | ServiceError] = {}
        self._server: PostgresServer | None = None
        self._closing: list[Callable[[], None]] = []
        self._makers = {
            "postgres": self._postgres,
            "postgres-owner": self._postgres_owner,
            "postgres-template": self._postgres_template,
            "sqlite-template": self._sqlite_template,
        }

    def get(self, name: str) -> str:
        with self._lock:
            if name not in self._values:
                self._values[name] = self._make(name)
            value = self._values[name]
        if isinstance(value, ServiceError):
            raise value
        return value

    def share(self) -> str:
        """The address at which `RemoteServices` finds these."""
        folder = new_folder()
        self._closing.append(lambda: remove_folder(folder))
        key = secrets.token_bytes(16)
        listener = Listener(str(folder / "services"), "AF_UNIX", authkey=key)
        self._closing.append(listener.close)
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()
        return f"{key.hex()}:{listener.address}"

    def close(self) -> None:
        with self._lock:
            while self._closing:
                self._closing.pop()()

    def _make(self, name: str) -> str | ServiceError:
        try:
            return self._makers[name]()
        except Exception as error:  # noqa: BLE001  whoever asked gets it, in whichever process
            return ServiceError(f"{name}: {type(error).__name__}: {error}")

    def _serve(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:  # closed
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: Connection) -> None:
        try:
            connection.send((True, self.get(connection.recv())))
        except ServiceError as error:
            connection.send((False, str(error)))
        except EOFError:
            return

    def _postgres(self) -> str:
        given = os.environ.get("LRS_TEST_POSTGRES_URL")
        if given:
            return given
        self._server = PostgresServer(settings=QUICK, parent=in_memory())
        self._closing.append(self._server.close)
        self._server.start()
        return self._server.url

    def _postgres_owner(self) -> str:
        administrator = self.get("postgres")
        return administrator if self._server is None else self._server.owner_url

    def _postgres_template(self) -> str:
        administrator, owner = self.get("postgres"), make_url(self.get("postgres-owner"))
        name = f"lrs_test_template_{secrets.token_hex(4)}"
        _administer(administrator, f'CREATE DATABASE "{name}" OWNER "{owner.username}"')
        self._closing.append(lambda: _administer(administrator, f'DROP DATABASE "{name}"'))
        migrate(owner.set(database=name).render_as_string(hide_password=False))
        return name

    def _sqlite_template(self) -> str:
        folder = new_folder()
        self._closing.append(lambda: remove_folder(folder))
        path = folder / "template.sqlite3"
        migrate(f"sqlite:///{path}")
        return str(path)


class RemoteServices:
    """The services of the process that owns the run, asked once each."""

    def __init__(self, address: str) -> None:
        key, self._path = address.split(":", 1)
        self._key = bytes.fromhex(key)
        self._values: dict[str, str] = {}

    def get(self, name: str) -> str:
        if name not in self._values:
            with Client(self._path, "AF_UNIX", authkey=self._key) as connection:
                connection.send(name)
                good, value = connection.recv()
            if not good:
                raise ServiceError(value)
            self._values[name] = value
        return self._values[name]


def _administer(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
