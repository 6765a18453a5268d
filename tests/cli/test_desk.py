"""`init`, `desk trust` and `config show`, as a person calls them."""

from __future__ import annotations

import csv
import grp
import io
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ticket
from ticketcli import resources
from ticketcli.config import making


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["umask 000", "umask 022", "umask 777"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(desk: Path) -> dict[str, set[int]]:
    """The modes of all folders and of all files of a desk."""
    found: dict[str, set[int]] = {"folders": {stat.S_IMODE(desk.stat().st_mode)}, "files": set()}
    for path in desk.rglob("*"):
        found["folders" if path.is_dir() else "files"].add(stat.S_IMODE(path.stat().st_mode))
    return found


def test_a_desk_is_private_under_any_umask(ticket: Ticket, tmp_path: Path, umask: int) -> None:
    desk = tmp_path / "new" / "desk"

    assert ticket("init", str(desk)).code == 0
    assert modes(desk) == {"folders": {0o700}, "files": {0o600}}


def test_a_shared_desk_is_open_to_its_group_alone(ticket: Ticket, tmp_path: Path, umask: int) -> None:
    group = grp.getgrgid(os.getegid()).gr_name
    desk = tmp_path / "desk"

    assert ticket("init", str(desk), "--shared", group).code == 0
    assert modes(desk) == {"folders": {0o2770}, "files": {0o660}}
    assert {path.stat().st_gid for path in (desk, *desk.rglob("*"))} == {os.getegid()}


def test_a_desk_has_the_default_rules_and_a_store(ticket: Ticket, tmp_path: Path) -> None:
    code, out, err = ticket("init", str(tmp_path))

    assert (code, out) == (0, "")
    assert err.startswith(f"made a desk in {tmp_path}\n")
    assert (tmp_path / "tickets.db").is_file()
    default = {
        path.relative_to(resources.rules_directory()) for path in Path(resources.rules_directory()).rglob("*.yaml")
    }
    assert {path.relative_to(tmp_path / "rules") for path in (tmp_path / "rules").rglob("*.*")} == default


def test_without_a_directory_the_desk_is_here(ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert ticket("init", "-q") == (0, "", "")
    assert ticket("config", "show").code == 0


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_desk_that_is_there_is_left_alone(ticket: Ticket, tmp_path: Path) -> None:
    ticket("init", str(tmp_path))
    before = contents(tmp_path)
    code, out, err = ticket("init", str(tmp_path), "--sandbox")

    assert (code, out) == (6, "")
    assert err == f"ticket: there is a desk at {tmp_path} already — use it, or name another directory\n"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["rules", "tickets.db"])
def test_what_would_be_overwritten_is_refused(ticket: Ticket, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    assert ticket("init", str(tmp_path)).code == 6
    assert contents(tmp_path) == {name: b"mine"}


@pytest.mark.parametrize("step", ["_build", "_set_access", "sync_folder"])
def test_an_init_that_fails_leaves_nothing(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, step, fail)
    (tmp_path / "old").mkdir(mode=0o755)
    (tmp_path / "old").chmod(0o755)

    assert ticket("init", str(tmp_path / "new" / "desk")).code == 75
    assert ticket("init", str(tmp_path / "old")).code == 75
    assert [path.name for path in tmp_path.rglob("*")] == ["old"]
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o755


PARTS = [".cache", "rules", "tickets.db", "tickets.db-shm", "tickets.db-wal", "tickets.db.lock", "ticketcli.yaml"]


def killed_init(ticket: Ticket, desk: Path, moved: int) -> None:
    """Leaves the folder as an init that is killed when it has moved so many parts into place."""
    assert ticket("init", str(desk), "--timezone", "Asia/Tokyo").code == 0
    work = desk / ".making-999999999"
    work.mkdir(0o700)
    for name in PARTS[moved:]:
        (desk / name).rename(work / name)


@pytest.mark.parametrize("moved", range(len(PARTS)))
def test_an_init_that_was_killed_is_ended_by_the_next(ticket: Ticket, tmp_path: Path, moved: int) -> None:
    desk = tmp_path / "desk"
    killed_init(ticket, desk, moved)
    (desk / "mine").write_text("x")
    assert ticket("list", "--desk", str(desk)).code == 3

    assert ticket("init", str(desk), "--timezone", "Asia/Tokyo").code == 0
    assert sorted(path.name for path in desk.iterdir()) == sorted([*PARTS, "mine"])
    assert ticket("create", "x", "--desk", str(desk)).out == "1\n"


@pytest.mark.parametrize("others", [("--timezone", "UTC"), ("--sandbox", "--timezone", "Asia/Tokyo")], ids=" ".join)
def test_an_init_with_other_settings_leaves_what_the_killed_one_began(
    ticket: Ticket, tmp_path: Path, others: tuple[str, ...]
) -> None:
    killed_init(ticket, tmp_path / "desk", 2)

    assert ticket("init", str(tmp_path / "desk"), *others).code == 6
    assert "Asia/Tokyo" in (tmp_path / "desk/ticketcli.yaml").read_text()
    assert ticket("create", "x", "--desk", str(tmp_path / "desk")).out == "1\n"


def test_an_init_that_was_killed_before_its_parts_were_whole_is_forgotten(ticket: Ticket, tmp_path: Path) -> None:
    killed_init(ticket, tmp_path / "desk", 0)
    (tmp_path / "desk/.making-999999999/ticketcli.yaml").unlink()

    assert ticket("init", str(tmp_path / "desk"), "--timezone", "UTC").code == 0
    assert not (tmp_path / "desk/.making-999999999").exists()
    assert "UTC" in (tmp_path / "desk/ticketcli.yaml").read_text()


def test_an_init_at_work_is_left_alone(ticket: Ticket, tmp_path: Path) -> None:
    killed_init(ticket, tmp_path / "desk", 2)
    (tmp_path / "desk/.making-999999999").rename(tmp_path / "desk/.making-1")

    assert ticket("init", str(tmp_path / "desk"), "--timezone", "Asia/Tokyo").code == 6


def test_the_settings_come_last_for_they_make_it_a_desk(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []
    rename = os.rename

    def noted(old: str, new: str) -> None:
        moved.append(os.path.basename(new))
        rename(old, new)

    monkeypatch.setattr(os, "rename", noted)
    ticket("init", str(tmp_path))

    assert {"rules", "tickets.db"} < set(moved)
    assert moved[-1] == "ticketcli.yaml"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--shared", "no-such-group"], 3, "there is no group no-such-group"),
        (["--timezone", "Asia/Shangai"], 5, "did you mean Asia/Shanghai?"),
        (["--timezone", "../etc/passwd"], 5, "there is no time zone"),
    ],
    ids=["group", "zone", "path"],
)
def test_an_init_that_cannot_be_meant_makes_nothing(
    ticket: Ticket, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    answer = ticket("init", str(tmp_path / "desk"), *words)

    assert answer.code == code
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_place_for_a_desk(ticket: Ticket, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert ticket("init", str(tmp_path / "file")).code == 6
    assert ticket("init", str(tmp_path / "file" / "below")).code == 4


def shown(ticket: Ticket, *words: str) -> dict[str, tuple[object, str]]:
    answer = json.loads(ticket("config", "show", "--json", *words).out)
    return {row["key"]: (row["value"], row["from"]) for row in answer["settings"]}


@pytest.mark.parametrize("words", [("init",), ("desk", "trust"), ("backup",)], ids=" ".join)
def test_an_empty_path_does_not_mean_this_folder(ticket: Ticket, sandbox: Path, words: tuple[str, ...]) -> None:
    before = sorted(Path().iterdir())
    code, out, err = ticket(*words, "")

    assert (code, out) == (2, "") and "it is empty (is a variable unset?)" in err
    assert sorted(Path().iterdir()) == before


def test_a_folder_that_others_use_is_not_closed_to_them(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(making, "_make", lambda desk, *rest: made.append(desk))
    sticky, mine = tmp_path / "sticky", tmp_path / "mine"
    for folder, mode in ((sticky, 0o1777), (mine, 0o755)):
        folder.mkdir()
        folder.chmod(mode)
        (folder / "a file").touch()
    for place in ("/", "/usr", str(sticky)):
        code, _, err = ticket("init", place)
        assert code == 6 and err.startswith(f"ticket: {place} is used by others, whom a desk would lock out — ")
    assert ticket("init", str(mine)).code == 0
    assert made == [str(mine)]


def test_a_sandbox_and_its_zone_stand_in_the_settings(ticket: Ticket, tmp_path: Path) -> None:
    ticket("init", str(tmp_path), "--sandbox", "--timezone", "Asia/Shanghai")
    settings = shown(ticket, "--desk", str(tmp_path))

    assert settings["timezone"] == ("Asia/Shanghai", "ticketcli.yaml:3")
    assert settings["sandbox"] == (True, "ticketcli.yaml:5")
    assert settings["guard.max_closes"] == (50, "default")
    assert settings["name"] == (tmp_path.name, "default")


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder around which there is no desk; somebody sits at the terminal. Answers where the own desk would be."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("ticketcli.app.may_make_own_desk", lambda: True)
    return tmp_path / "data/ticketcli/desk"


def test_the_first_create_makes_the_own_desk(ticket: Ticket, nowhere: Path) -> None:
    code, out, err = ticket("create", "first")

    assert (code, out) == (0, "1\n")
    assert err.startswith(f"made a desk of your own in {nowhere}\n#1 created: ")
    assert json.loads(ticket("list", "--json").out)[0]["subject"] == "first"


@pytest.mark.parametrize("words", [["create", "first", "--dry-run"], ["create"], ["list"], ["sweep", "-q"]])
def test_nothing_else_makes_the_own_desk(ticket: Ticket, nowhere: Path, words: list[str]) -> None:
    assert ticket(*words).code in (2, 3)
    assert not nowhere.exists()


@pytest.mark.parametrize("words", [["--desk"], []], ids=["by option", "by variable"])
def test_config_show_says_which_desk_and_why(
    ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    ticket("init", str(tmp_path))
    monkeypatch.setenv("TICKETCLI_DESK", "" if words else str(tmp_path))
    answer = json.loads(ticket("config", "show", "--json", *[*words, str(tmp_path)][: 2 * len(words)]).out)

    assert answer["desk"] == str(tmp_path)
    assert answer["found"] == f"named by {words[0] if words else 'TICKETCLI_DESK'}"


def test_config_show_has_a_row_per_setting_in_every_form(ticket: Ticket, tmp_path: Path) -> None:
    ticket("init", str(tmp_path))
    keys = ["desk", *shown(ticket, "--desk", str(tmp_path))]
    calls = {
        form: ticket("config", "show", "--desk", str(tmp_path), "-o", form).out for form in ("table", "csv", "jsonl")
    }

    assert [line.split()[0] for line in calls["table"].splitlines()[2:]] == keys
    assert [row["key"] for row in csv.DictReader(io.StringIO(calls["csv"]))] == keys
    assert [json.loads(line)["key"] for line in calls["jsonl"].splitlines()] == keys


def test_broken_settings_are_told_with_place_and_nearest_word(ticket: Ticket, tmp_path: Path) -> None:
    ticket("init", str(tmp_path))
    (tmp_path / "ticketcli.yaml").write_text("timezone: UTC\nsandbux: true\n")
    code, out, err = ticket("config", "show", "--desk", str(tmp_path))

    assert (code, out) == (5, "")
    assert f"{tmp_path}/ticketcli.yaml:2:1: unknown key sandbux (did you mean sandbox?)" in err
    assert err.count("\n") == 1


def test_a_desk_is_trusted_once(ticket: Ticket, tmp_path: Path, the_real_home_is_not_touched: Path) -> None:
    ticket("init", str(tmp_path))

    assert ticket("desk", "trust", str(tmp_path)) == (0, "", f"{tmp_path} is now trusted\n")
    assert ticket("desk", "trust", str(tmp_path)) == (0, "", f"{tmp_path} is already trusted\n")
    kept = the_real_home_is_not_touched / ".config/ticketcli/trusted"
    assert kept.read_text() == f"{tmp_path}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_only_a_desk_can_be_trusted(ticket: Ticket, tmp_path: Path) -> None:
    assert ticket("desk", "trust", str(tmp_path)).code == 3
