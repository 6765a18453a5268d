"""Built rulebooks are kept; what is kept is used only when everything that decides is the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ticketcli.ports import Built
from ticketcli.rulebook import cache, check
from ticketcli.rulebook.cache import DirectoryRules

RULES = "calendars: {office: {timezone: Asia/Shanghai, hours: {mon: ['09:00-17:00']}}}\nteams: {dba: {}}\n"


class Desk:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.rules = root / "rules"
        self.cache = root / ".cache"
        self.rules.mkdir()
        (self.rules / "a.yaml").write_text(RULES)

    def built(self) -> Built:
        return DirectoryRules(str(self.rules), str(self.cache)).built()

    def entry(self) -> Path:
        (entry,) = self.cache.iterdir()
        return entry


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root = tmp_path / "desk"
    root.mkdir(mode=0o700)
    return Desk(root)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Grows by one whenever files are checked rather than found in the cache."""
    done: list[int] = []
    real = check.check_files

    def counting(*args: object, **options: object) -> object:
        done.append(1)
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "check_files", counting)
    yield done


def test_the_second_build_comes_from_the_cache(desk: Desk, checks: list[int]) -> None:
    first, second = desk.built(), desk.built()

    assert first == second
    assert first.bound is not None
    assert first.files == ("rules/a.yaml",)
    assert len(checks) == 1


def test_a_hit_imports_neither_yaml_nor_jsonschema(desk: Desk) -> None:
    desk.built()
    code = (
        "import sys; from ticketcli.rulebook.cache import DirectoryRules\n"
        "assert DirectoryRules(*sys.argv[1:]).built().bound\n"
        "heavy = ('yaml', 'jsonschema', 'zoneinfo', 'hashlib', 'pathlib', 'logging', 'unicodedata', 'dataclasses')\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    call = [sys.executable, "-S", "-c", code, str(desk.rules), str(desk.cache)]
    done = subprocess.run(call, check=True, capture_output=True, text=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize("change", ["bytes", "name", "added", "removed"])
def test_any_change_of_the_files_gives_another_hash(change: str, desk: Desk) -> None:
    (desk.rules / "b.yaml").write_text("fields: {x: {type: text}}\n")
    before = desk.built()

    if change == "bytes":
        (desk.rules / "a.yaml").write_text(RULES + "# a comment\n")
    elif change == "name":
        (desk.rules / "a.yaml").rename(desk.rules / "c.yaml")
    elif change == "added":
        (desk.rules / "c.yaml").write_text("priority: [{name: a, set: low}]\n")
    else:
        (desk.rules / "b.yaml").unlink()

    assert desk.built().hash != before.hash


def test_the_place_of_the_desk_does_not_change_the_hash(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        hashes.add(Desk(tmp_path / name).built().hash)

    assert len(hashes) == 1


def test_another_version_of_the_program_builds_anew(
    desk: Desk, checks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.built()
    monkeypatch.setattr(cache, "__version__", "99")

    assert desk.built().hash != before.hash
    assert len(checks) == 2


def test_a_new_table_of_a_time_zone_gives_another_hash(
    desk: Desk, checks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.built()
    monkeypatch.setattr(cache, "zone_bytes", lambda name: b"another table")

    after = desk.built()

    assert after.hash != before.hash
    assert after.bound == before.bound
    assert desk.built() == after
    assert len(checks) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "other", "binary"])
def test_a_damaged_entry_is_built_anew(damage: str, desk: Desk, checks: list[int]) -> None:
    before = desk.built()
    entry = desk.entry()
    whole = entry.read_bytes()
    other = b'{"hash": "x"}'
    entry.write_bytes(
        {
            "empty": b"",
            "cut": whole[:-20],
            "changed": whole.replace(b'"dba"', b'"dbx"'),
            "other": cache._digest([other]).encode() + b"\n" + other,
            "binary": b"\xff" * 100,
        }[damage]
    )

    assert desk.built() == before
    assert len(checks) == 2
    assert entry.read_bytes() == whole


def test_an_entry_put_under_the_name_of_other_files_is_not_used(desk: Desk, checks: list[int]) -> None:
    desk.built()
    wrong = desk.entry().read_bytes()
    (desk.rules / "a.yaml").write_text("teams: {ops: {}}\n")
    after = desk.built()
    for entry in desk.cache.iterdir():
        entry.write_bytes(wrong)

    assert desk.built() == after
    assert len(checks) == 3


def test_files_that_do_not_check_give_lines_and_are_remembered_too(desk: Desk, checks: list[int]) -> None:
    (desk.rules / "a.yaml").write_text("priority: [{name: a, set: hgih}]\n")

    first, second = desk.built(), desk.built()

    assert first == second
    assert first.bound is None
    assert first.files == ("rules/a.yaml",)
    assert len(first.problems) == 1
    assert first.problems[0].startswith("rules/a.yaml:1:27: error: set must be low, normal, high or urgent, not hgih")
    assert len(checks) == 1


def test_warnings_do_not_stop_a_rulebook(desk: Desk) -> None:
    (desk.rules / "a.yaml").write_text("priority: [{name: a, set: low}, {name: b, set: high}]\n")

    assert desk.built().bound is not None
    assert desk.built().problems == ()


def test_an_unreadable_file_is_reported_and_not_remembered(desk: Desk, checks: list[int]) -> None:
    os.mkfifo(desk.rules / "b.yaml")

    first = desk.built()
    desk.built()

    assert first.bound is None
    assert first.problems == ("rules/b.yaml:1:1: error: cannot be read: not a regular file [unreadable]",)
    assert len(checks) == 2


def test_a_folder_that_vanished_is_reported(desk: Desk) -> None:
    (desk.rules / "a.yaml").unlink()
    desk.rules.rmdir()

    built = desk.built()

    assert built.bound is None
    assert built.problems == (f"{desk.rules}: cannot be read: no such file or directory",)


def test_an_empty_folder_is_a_rulebook_without_rules(desk: Desk) -> None:
    (desk.rules / "a.yaml").unlink()

    built = desk.built()

    assert built.files == ()
    assert built.bound is not None
    assert built.bound["lifecycle"]["close_reasons"][0] == "handled"


@pytest.mark.parametrize("obstacle", ["a file in its place", "no desk around it"])
def test_who_cannot_write_the_cache_builds_each_time(obstacle: str, desk: Desk, checks: list[int]) -> None:
    if obstacle == "a file in its place":
        desk.cache.write_text("in the way")
    else:
        desk.cache = desk.root / "gone" / ".cache"

    assert desk.built() == desk.built()
    assert len(checks) == 2


@pytest.mark.parametrize(("mode", "file_mode"), [(0o700, 0o600), (0o2770, 0o660)])
def test_the_cache_has_the_modes_of_its_desk_under_any_umask(mode: int, file_mode: int, desk: Desk) -> None:
    desk.root.chmod(mode)
    before = os.umask(0o277)
    try:
        desk.built()
    finally:
        os.umask(before)

    assert desk.cache.stat().st_mode & 0o7777 == mode
    assert desk.entry().stat().st_mode & 0o7777 == file_mode


def test_old_entries_are_removed(desk: Desk) -> None:
    (desk.root / ".cache").mkdir()
    (desk.cache / "settings.json").write_text("{}")
    for number in range(20):
        (desk.rules / "a.yaml").write_text(f"{RULES}# {number}\n")
        desk.built()

    names = [path.name for path in desk.cache.iterdir()]
    assert "settings.json" in names
    assert len(names) == 9


def test_nothing_is_left_beside_an_entry(desk: Desk) -> None:
    desk.built()

    assert desk.entry().suffix == ".json"
    assert json.loads(desk.entry().read_bytes().partition(b"\n")[2])["zones"] == ["Asia/Shanghai"]
