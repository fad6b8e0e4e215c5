"""The shape of the project that others rely on."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    ".ci", "alembic", "deploy", "docs", "lrs", "projections", "tests", "tools", "workers",
}  # fmt: skip
FILES = {
    ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml",
    "requirements-dev.lock", "requirements.lock",
}  # fmt: skip
TESTS = {
    "benchmark", "browser", "conformance", "contract", "fault", "property", "services", "unit",
}  # fmt: skip
LOCKS = ["requirements.lock", "requirements-dev.lock"]


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_the_architecture_names(tracked: list[str]) -> None:
    assert {path.split("/")[0] for path in tracked if "/" in path} <= FOLDERS
    assert {path for path in tracked if "/" not in path} <= FILES


def test_tests_stand_in_the_folders_that_their_kind_has(tracked: list[str]) -> None:
    inside = [path.split("/") for path in tracked if path.startswith("tests/")]
    assert {parts[1] for parts in inside if len(parts) > 2} <= TESTS
    assert [parts[1] for parts in inside if len(parts) == 2 and parts[1].startswith("test")] == []


def test_test_files_have_names_of_their_own(tracked: list[str]) -> None:
    names = [Path(path).name for path in tracked if re.search(r"(^|/)test_[^/]*\.py$", path)]
    assert sorted(names) == sorted(set(names))


def test_migrations_never_shadow_the_library_alembic() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|\.org|\.com|\.io\b", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_locks_hold_what_the_project_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert _names(project["dependencies"] + extras["build"]) <= _locked("requirements.lock")
    assert _names(extras["dev"]) <= _locked("requirements-dev.lock")
    assert _locked("requirements.lock") <= _locked("requirements-dev.lock")


def test_projections_need_nothing_but_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"projections"}
    for path in (ROOT / "projections").rglob("*.py"):
        assert _imported(path) <= allowed, path


def test_the_bootstrap_needs_nothing_but_an_old_python() -> None:
    path = ROOT / "tools" / "bootstrap.py"
    assert _imported(path) <= sys.stdlib_module_names
    ast.parse(path.read_text("utf-8"), feature_version=(3, 7))


def test_nothing_names_a_folder_of_somebodys_machine(tracked: list[str]) -> None:
    pattern = re.compile(r"/(home|Users|root)/[a-z]")
    for path in tracked:
        if path.endswith((".py", ".md", ".toml", ".yaml", ".sh", "Makefile")):
            assert not pattern.search((ROOT / path).read_text("utf-8")), path


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for line in requirements}


def _locked(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    return _names([line for line in lines if re.match(r"[A-Za-z0-9]", line)])


def _imported(path: Path) -> set[str]:
    """Top-level names of the absolute imports of a file."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    other = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in [*plain, *other] if name}
