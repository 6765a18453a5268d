"""The wheel holds what the tree holds, and what was installed from it finds its rules and schemas."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
PARTS = ("setup.cfg", "pyproject.toml", "LICENSE", "README.md", "ticketcli", "rules", "schemas")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built offline from a copy, so that the build leaves nothing in the tree."""
    copy = tmp_path_factory.mktemp("copy")
    for name in PARTS:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    target = tmp_path_factory.mktemp("wheel")
    build = ["pip", "wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps", "-w", str(target), str(copy)]
    subprocess.run([sys.executable, "-m", *build], check=True, timeout=300, stdin=subprocess.DEVNULL)
    (built,) = target.glob("ticketcli-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, as an installer does it."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files(folder: Path, pattern: str) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob(pattern) if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_module_and_nothing_else(installed: Path) -> None:
    assert files(installed, "*.py") == {f"ticketcli/{name}" for name in files(TOP / "ticketcli", "*.py")}


@pytest.mark.parametrize(("folder", "pattern"), [("rules", "*.yaml"), ("schemas", "*.json")])
def test_the_wheel_holds_the_data_byte_for_byte(installed: Path, folder: str, pattern: str) -> None:
    names = files(TOP / folder, pattern)
    shipped = installed / "ticketcli" / "data" / folder

    assert files(shipped, "*.*") == names != set()
    assert all((shipped / name).read_bytes() == (TOP / folder / name).read_bytes() for name in names)


def test_what_is_installed_finds_its_own_data_and_makes_a_desk(installed: Path, tmp_path: Path) -> None:
    where = "import ticketcli.resources as r; print(r.rules_directory(), r.schemas_directory())"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    call = [sys.executable, "-c", where]
    found = subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    init = [sys.executable, "-m", "ticketcli", "init", "desk"]
    made = subprocess.run(init, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    assert found.stdout.split() == [str(installed / "ticketcli/data" / name) for name in ("rules", "schemas")]
    assert made.returncode == 0, made.stderr
    assert files(tmp_path / "desk/rules", "*.yaml") == files(TOP / "rules", "*.yaml")


def test_a_checkout_finds_the_data_at_its_top() -> None:
    from ticketcli import resources

    assert Path(resources.rules_directory()) == TOP / "rules"
    assert Path(resources.schemas_directory()) == TOP / "schemas"


def test_both_commands_are_installed(installed: Path) -> None:
    (entries,) = installed.glob("*.dist-info/entry_points.txt")
    parser = configparser.ConfigParser()
    parser.read(entries)

    assert dict(parser["console_scripts"]) == dict.fromkeys(("ticket", "ticketcli"), "ticketcli.__main__:main")


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(comment_prefixes=(), allow_no_value=True)
    parser.read(TOP / "setup.cfg")
    return parser


def names(lines: str) -> set[str]:
    """The distributions that requirement lines name."""
    found = (re.match(r"[A-Za-z0-9-]+", line) for line in lines.splitlines() if not line.lstrip().startswith("#"))
    return {match[0].lower() for match in found if match}


@pytest.mark.parametrize(("section", "key"), [("options", "install_requires"), ("options.extras_require", "dev")])
def test_every_bound_has_its_reason_and_every_requirement_its_exact_version(section: str, key: str) -> None:
    lines = [line.strip() for line in setup()[section][key].splitlines() if line.strip()]
    exact = names((TOP / "constraints.txt").read_text())

    bounded = [index for index, line in enumerate(lines) if re.search("[<>]", line) and not line.startswith("#")]
    assert [lines[index] for index in bounded if not lines[index - 1].startswith("#")] == []
    assert names("\n".join(lines)) <= exact


def test_the_build_file_has_three_lines() -> None:
    assert len((TOP / "pyproject.toml").read_text().splitlines()) == 3
