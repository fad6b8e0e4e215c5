"""Recompute requirements.lock and requirements-dev.lock from pyproject.toml.

Universal (every platform and Python from 3.11 on), with hashes, and naming no host: whoever
installs takes the packages from where their own pip is told to.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILER = "uv==0.13.9"
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]
LOCKS = {
    "requirements.lock": ["--extra", "build"],
    "requirements-dev.lock": ["--extra", "build", "--extra", "dev", "-c", "requirements.lock"],
}
HOST = re.compile(r"://|--(extra-)?index-url|--find-links")


def main() -> int:
    parser = argparse.ArgumentParser(description="Recompute the locks.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        program = Path(folder) / "bin"
        subprocess.run(
            [program / "python", "-m", "pip", "install", "--quiet", COMPILER], check=True
        )
        for lock, extras in LOCKS.items():
            print(f"Computing {lock}", flush=True)
            command: list[str | Path] = [
                program / "uv",
                "pip",
                "compile",
                "pyproject.toml",
                *extras,
                *OPTIONS,
            ]
            subprocess.run([*command, *upgrade, "-o", lock], check=True, cwd=ROOT)
    named = [lock for lock in LOCKS if HOST.search((ROOT / lock).read_text("utf-8"))]
    if named:
        print(f"These name a host: {', '.join(named)}", file=sys.stderr)
    return int(bool(named))


if __name__ == "__main__":
    sys.exit(main())
