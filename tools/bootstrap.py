"""Make `.venv` ready: the newest Python, the locked packages, the project itself.

    python tools/bootstrap.py          what the store needs to run
    python tools/bootstrap.py --dev    what its tests need besides

Standard library only. It is done in well under a second when nothing changed, and may be
interrupted or run twice at once. Any Python 3 may start it; it looks for the newest Python that
works, or takes the one that the environment variable PYTHON names.
"""

from __future__ import annotations

import argparse
import contextlib
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

try:
    import fcntl
except ImportError:  # not on Windows: there, two at once are on their own
    fcntl = None  # type: ignore[assignment,unused-ignore]

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "bootstrap.json")
UNFINISHED = os.path.join(VENV, "bootstrap.unfinished")
OLDEST = (3, 11)
CANDIDATES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"]
LOCKS = {False: "requirements.lock", True: "requirements-dev.lock"}
PROBE = (
    "import sys, json, ssl, sqlite3, venv, importlib.util as u;"
    "print(json.dumps([sys.version_info[:3], sys.executable, bool(u.find_spec('ensurepip'))]))"
)


class BootstrapError(Exception):
    """What stands in the way, in words for the person at the terminal."""


class Python:
    """An interpreter that was run and answered."""

    def __init__(self, version: tuple[int, ...], path: str, has_pip: bool) -> None:
        self.version = version
        self.path = path
        self.has_pip = has_pip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make .venv ready.")
    parser.add_argument("--dev", action="store_true", help="with what the tests need")
    dev = parser.parse_args(arguments).dev
    if ready(dev):
        return 0
    try:
        with alone():
            if not ready(dev):  # another one may have done it meanwhile
                prepare(dev)
    except BootstrapError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run begins the environment anew.", file=sys.stderr)
        return 130
    return 0


def ready(dev: bool) -> bool:
    """Whether the environment holds just what the locks and the project say."""
    stamp = read_stamp()
    wanted = [True] if dev else [False, True]  # the tests' packages include the others
    return (
        os.path.exists(venv_python())
        and not os.path.exists(UNFINISHED)
        and stamp.get("project") == project_digest()
        and any(stamp.get(LOCKS[kind]) == digest(LOCKS[kind]) for kind in wanted)
    )


def prepare(dev: bool) -> None:
    moved = read_stamp().get("root", ROOT) != ROOT  # its programs name the folder it was made in
    if moved or os.path.exists(UNFINISHED) or not works(venv_python()):
        make_venv(find_python())
    stamp, lock = read_stamp(), LOCKS[dev]
    if stamp.get(lock) != digest(lock):
        with open(UNFINISHED, "w", encoding="utf-8"):
            install_lock(lock)
        stamp = {lock: digest(lock)}
        write_stamp(stamp)
        os.remove(UNFINISHED)
    install_project()
    write_stamp({**stamp, "project": project_digest(), "root": ROOT})
    say("Ready.")


def find_python() -> Python:
    """The newest that works; one that can install packages by itself before one that cannot."""
    chosen = os.environ.get("PYTHON")
    names = [chosen] if chosen else [*CANDIDATES, sys.executable]
    found = [python for python in map(probe, names) if python and python.version >= OLDEST]
    if not found:
        raise BootstrapError(
            f"{chosen or 'No Python'} {'is not a working Python' if chosen else 'found that is'} "
            f"{OLDEST[0]}.{OLDEST[1]} or newer. Install one (Debian and Ubuntu: apt install "
            "python3 python3-venv; macOS: brew install python) and run this again, or name it: "
            "PYTHON=/path/to/python make run"
        )
    return max(found, key=lambda python: (python.has_pip, python.version))


def probe(name: str) -> Python | None:
    """Run it: a shim may exist and still fail."""
    path = shutil.which(name)
    if path is None:
        return None
    try:
        answer = subprocess.run(
            [path, "-c", PROBE], capture_output=True, text=True, timeout=30, check=True, cwd="/"
        )
        version, executable, has_pip = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Python(tuple(version), executable, has_pip)


def works(python: str) -> bool:
    command = [python, "-c", f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv(python: Python) -> None:
    version = ".".join(map(str, python.version))
    say(f"Making .venv with Python {version} ({python.path})")
    shutil.rmtree(VENV, ignore_errors=True)
    options = [] if python.has_pip else ["--without-pip"]
    run([python.path, "-m", "venv", *options, VENV])
    if not python.has_pip:
        borrow_pip()


def borrow_pip() -> None:
    """Python without ensurepip (Debian without python3-venv): use whichever pip there is."""
    target = venv_python()
    wheels = glob.glob("/usr/share/python-wheels/pip-*.whl")
    wheels += glob.glob("/usr/lib/python*/ensurepip/_bundled/pip-*.whl")
    for wheel in wheels:
        if succeeds([target, f"{wheel}/pip", "install", "--no-index", "--quiet", wheel]):
            return
    for python in filter(None, map(shutil.which, CANDIDATES)):
        if succeeds([python, "-m", "pip", "--python", target, "install", "--quiet", "pip"]):
            return
    raise BootstrapError(
        "This Python cannot install packages: it lacks ensurepip, and there is no other pip. "
        "Install it (Debian and Ubuntu: apt install python3-venv) and run this again."
    )


def install_lock(lock: str) -> None:
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        total = sum("==" in line and not line.startswith(" ") for line in file)
    say(f"Installing {lock}: up to {total} packages, from the network or pip's cache")
    # the lock is complete, so pip need not work out what depends on what
    pip(["install", "--no-deps", "--require-hashes", "-r", lock], total)


def install_project() -> None:
    say("Installing the project itself, editable")
    pip(["install", "--no-deps", "--no-build-isolation", "--no-index", "-e", "."], 0)


def pip(arguments: list[str], total: int) -> None:
    """Run pip, showing how far it is; on failure its last words."""
    command = [venv_python(), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(
        [*command, "--progress-bar", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=environment,
    ) as child:
        for line in child.stdout or ():
            lines.append(line)
            if total and line.startswith(("Collecting ", "Processing ")):
                seen += 1
                progress(seen, total, os.path.basename(line.split()[1]))
            elif total and line.startswith("Installing collected"):
                end_progress("unpacking")
    if child.returncode:
        raise BootstrapError(
            "".join(lines[-25:]) + "\npip failed. If the newest Python is too new for a package, "
            "name another: rm -r .venv; PYTHON=python3.12 make run"
        )


def progress(seen: int, total: int, name: str) -> None:
    text = f"  {seen}/{total} {name.partition('==')[0]}"
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif seen % 20 == 0:
        print(text, flush=True)


def end_progress(text: str) -> None:
    print(f"\r\033[K  {text}" if sys.stdout.isatty() else f"  {text}", flush=True)


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise BootstrapError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time in this folder; the lock is the folder's own and leaves nothing behind."""
    handle = os.open(ROOT, os.O_RDONLY) if fcntl else None
    try:
        if fcntl and handle is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another bootstrap in this folder")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def venv_python() -> str:
    return os.path.join(VENV, "bin", "python")


def read_stamp() -> dict[str, Any]:
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, Any]) -> None:
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
    os.replace(STAMP + ".new", STAMP)


def digest(name: str) -> str:
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def project_digest() -> str:
    """Of what the installed project depends on; its folder too, which the installation names."""
    return hashlib.sha256((digest("pyproject.toml") + ROOT).encode()).hexdigest()


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
