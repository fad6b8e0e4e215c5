"""`lrs serve`: everything a server needs, from an empty folder to answering HTTP."""

import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click
import uvicorn
from uvicorn.supervisors import Multiprocess

from lrs.commands.children import Children
from lrs.commands.installation import Installation, install
from lrs.commands.wire import Protocol
from lrs.settings import Settings
from lrs.storage.administration.migrate import migrate_if_pending

_APPLICATION = "lrs.app:application"
_STOP_SECONDS = 30


@click.command()
@click.option("--host", help="Address to listen on (LRS_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one (LRS_PORT).")
@click.option("--no-worker", is_flag=True, help="Do not start a worker beside the server.")
@click.option("--demo", is_flag=True, help="Load a demonstration class the first time.")
def serve(host: str | None, port: int | None, no_worker: bool, demo: bool) -> None:
    """Migrate the database, start HTTP and, on the embedded default, a worker.

    The first start makes the store `default`, an administrator and a credential, kept in
    credentials.json (mode 0600) in LRS_HOME, and prints a one-time sign-in link.
    """
    listening = _listen(host, port)
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    migrate_if_pending(settings.resolved_database_url, settings.resolved_owner_url)
    installation = install(settings, demo=demo)
    _announce(settings, installation)
    children = Children()
    if settings.embedded_broker and not no_worker:
        children.keep("worker", ["worker", "--with-parent"])
    if installation.demonstration is not None:
        key, secret = installation.demonstration
        children.once(
            "demo",
            ["demo", "--url", f"{settings.origin}/xapi", "--key", key, "--secret", "-"],
            secret,
        )
    try:
        _run(settings, listening, children.start)
    finally:
        children.stop()


def _listen(host: str | None, port: int | None) -> socket.socket:
    """The listening socket, taken first so that a port in use is said before anything is done.

    Options go into the environment, where the processes that are started find them.
    """
    if host is not None:
        os.environ["LRS_HOST"] = host
    if port is not None:
        os.environ["LRS_PORT"] = str(port)
    settings = Settings()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Is another server running? Choose another port with --port or LRS_PORT."
        ) from error
    listening.listen(2048)
    os.environ["LRS_PORT"] = str(listening.getsockname()[1])
    return listening


def _announce(settings: Settings, installation: Installation) -> None:
    click.echo(f"Learning-record store at {settings.origin}/ (xAPI at {settings.origin}/xapi)")
    if installation.fresh:
        kept = settings.home.resolve() / "credentials.json"
        click.echo(f"First start: key, secret and link are in {kept}")
    if installation.fresh or sys.stdout.isatty():  # a later start tells a log nothing secret
        click.echo(f"Sign in once: {installation.link}")


def _run(settings: Settings, listening: socket.socket, started: Callable[[], None]) -> None:
    """Serve until a signal asks to stop: requests in flight are finished, then it returns."""
    config = uvicorn.Config(
        _APPLICATION,
        factory=True,
        loop="uvloop",
        http=Protocol,
        lifespan="on",
        access_log=False,
        log_level=settings.log_level.lower(),
        workers=settings.http_processes,
        server_header=False,
        timeout_keep_alive=65,  # longer than the minute that proxies keep an idle connection
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    _ignore_repeated_signals()
    if settings.http_processes > 1:
        _share_metrics(settings.home / "metrics")
        threading.Thread(target=_when_ready, args=(listening, started), daemon=True).start()
        Multiprocess(config, sockets=[listening]).run()
    else:
        threading.Thread(target=_when_ready, args=(listening, started), daemon=True).start()
        uvicorn.Server(config).run(sockets=[listening])


def _when_ready(listening: socket.socket, started: Callable[[], None]) -> None:
    """Start the children once HTTP answers: the demonstration is sent through it."""
    host, port = listening.getsockname()[:2]
    with socket.create_connection((host, port), timeout=60) as probe:
        probe.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        probe.recv(1)
    started()


def _ignore_repeated_signals() -> None:
    """uvicorn raises a signal again after it has stopped; what is left is ours to end."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        return None

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopped)


def _share_metrics(folder: Path) -> None:
    """Let the processes count together, from zero."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
