"""What the documentation and deploy/ say is so."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from lrs.cli import lrs
from lrs.settings import Settings
from tools.settings_page import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DEPLOYED = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
DEPLOYED = [path for path in DEPLOYED if "secrets" not in path.parent.name]
TEST_VARIABLES = {"LRS_TEST_POSTGRES_URL", "LRS_TEST_REDIS_URL"}
# `lrs` as the first word of inline code, of an indented line, or of ExecStart
COMMAND = re.compile(
    r"(?:`|^    (?:sudo )?|^ExecStart=)(?:/opt/lrs/bin/)?(lrs [a-z][^`\n]*)", re.MULTILINE
)
VARIABLE = re.compile(r"\bLRS_[A-Z][A-Z_]*[A-Z]\b")
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TARGET = re.compile(r"(?:`|^    )make ([a-z][a-z-]*)", re.MULTILINE)


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*PAGES, *DEPLOYED], ids=_relative)
def test_every_variable_that_is_named_is_a_setting(path: Path) -> None:
    settings = {f"LRS_{name.upper()}" for name in Settings.model_fields}
    assert set(VARIABLE.findall(path.read_text("utf-8"))) <= settings | TEST_VARIABLES


@pytest.mark.parametrize("path", [*PAGES, *DEPLOYED], ids=_relative)
def test_every_command_that_is_named_exists_with_its_options(path: Path) -> None:
    for command in _commands(path):
        _check(command)


@pytest.mark.parametrize("path", PAGES, ids=_relative)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target, section in LINK.findall(path.read_text("utf-8")):
        found = path.parent / target if target else path
        assert found.exists(), target
        if section:
            assert section in _sections(found), f"{target}#{section}"


@pytest.mark.parametrize("path", PAGES, ids=_relative)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(TARGET.findall(path.read_text("utf-8"))) <= set(targets)


@pytest.mark.parametrize("path", PAGES, ids=_relative)
def test_tables_are_whole(path: Path) -> None:
    """Each begins with a head and a rule, and every row has as many cells as the rule."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for table in TABLE.findall(text):
        head, rule, *rows = table.splitlines()
        assert set(rule) <= set("|-: "), head
        for row in (head, *rows):
            assert re.sub(r"`[^`]*`", "", row).count("|") == rule.count("|"), row


def test_the_settings_page_lists_every_setting() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tools/settings_page.py"


def _sections(path: Path) -> set[str]:
    """What the headings of a page are called in addresses."""
    headings = HEADING.findall(path.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}


def _commands(path: Path) -> Iterator[list[str]]:
    text = path.read_text("utf-8")
    for command in COMMAND.findall(text):
        yield shlex.split(command)[1:]
    if path.name == "compose.yaml":
        services = yaml.safe_load(text)["services"].values()
        yield from (one["command"] for one in services if one["image"] == "lrs")
    if path.name == "Dockerfile":
        yield from (shlex.split(part) for part in re.findall(r'^CMD \["([a-z]+)"\]', text, re.M))


def _check(words: list[str]) -> None:
    """Follow the words down the groups; what remains are options and arguments."""
    command: click.Command = lrs
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command {words[0]} in {command.name}"
        command, words = found, words[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    named = {word.split("=")[0] for word in words if word.startswith("--")}
    assert named <= known | {"--help"}, command.name
