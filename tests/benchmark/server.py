"""A real server to measure: `lrs serve` on PostgreSQL or SQLite, in processes of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY, SECRET = "bench", "bench-secret"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int
    database_url: str
    home: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    database_url: str = "", *, worker: bool = False, processes: int = 1
) -> Iterator[Server]:
    """Start the server, wait until it is ready, make a credential; stop it in the end."""
    with tempfile.TemporaryDirectory(prefix="lrs-bench-") as folder:
        port = _free_port()
        environment = {
            **os.environ,
            "LRS_HOME": folder,
            "LRS_PORT": str(port),
            "LRS_DATABASE_URL": database_url,
            "LRS_HTTP_PROCESSES": str(processes),
        }
        command = [sys.executable, "-m", "lrs"]
        arguments = [] if worker else ["--no-worker"]
        process = subprocess.Popen(
            [*command, "serve", *arguments],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _until_ready(process, url)
            subprocess.run(
                [*command, "credential", "create", "--store", "default", "--scope", "all",
                 "--key", KEY, "--secret", SECRET],
                cwd=_ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            resolved = database_url or f"sqlite:///{folder}/lrs.sqlite3"
            yield Server(url, process.pid, resolved, Path(folder))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _until_ready(process: "subprocess.Popen[bytes]", url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not become ready within a minute")
