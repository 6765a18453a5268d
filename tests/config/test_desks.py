"""Which desk a call uses, and whether it is trusted."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from ticketcli.app import App, Call
from ticketcli.config import desks, trust
from ticketcli.config.desks import Found, find
from ticketcli.config.places import account
from ticketcli.errors import NoDesk, NotPermitted

STRANGER = 54321
OUTSIDE = 54322


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_desk(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "ticketcli.yaml").write_text("timezone: UTC\n")
    return path


class TestFinding:
    def test_the_option_wins_over_the_variable(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        a_desk(here / "a"), a_desk(here / "b")
        monkeypatch.setenv("TICKETCLI_DESK", "a")

        assert find("b") == Found(str(here / "b"), "named by --desk")
        assert find(None) == Found(str(here / "a"), "named by TICKETCLI_DESK")

    @pytest.mark.parametrize("name", ["missing", "empty"])
    def test_a_desk_that_is_named_must_exist(self, here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        a_desk(here)
        (here / "empty").mkdir()
        with pytest.raises(NoDesk, match="--desk"):
            find(name)
        monkeypatch.setenv("TICKETCLI_DESK", name)
        with pytest.raises(NoDesk, match="TICKETCLI_DESK"):
            find(None)

    def test_a_desk_that_may_not_be_looked_into_is_not_said_to_be_missing(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stat = os.stat

        def guarded(path: str, *args: object, **words: object) -> os.stat_result:
            if str(path).endswith("shut/ticketcli.yaml"):
                raise PermissionError(13, "Permission denied", path)
            return stat(path, *args, **words)  # type: ignore[arg-type]

        a_desk(here / "shut")
        monkeypatch.setattr(os, "stat", guarded)
        with pytest.raises(NotPermitted, match="may not be looked into"):
            find("shut")

    def test_the_nearest_around_the_working_directory_is_next(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_desk(here)
        near = a_desk(here / "near")
        (near / "deep" / "er").mkdir(parents=True)
        monkeypatch.chdir(near / "deep" / "er")

        assert find(None) == Found(str(near), "the nearest directory with ticketcli.yaml")

    def test_the_own_desk_is_last(self, here: Path, the_real_home_is_not_touched: Path) -> None:
        own = a_desk(the_real_home_is_not_touched / ".local/share/ticketcli/desk")

        assert find(None) == Found(str(own), "your own desk")

    def test_the_own_desk_stands_under_the_data_directory(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(here / "data"))
        own = a_desk(here / "data/ticketcli/desk")

        assert find(None).path == str(own)

    def test_a_relative_data_directory_is_ignored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", "data")

        assert desks.own_desk().startswith(os.environ["HOME"])

    def test_no_desk_says_what_to_do(self, here: Path) -> None:
        with pytest.raises(NoDesk) as caught:
            find(None)

        assert caught.value.hint == "set TICKETCLI_DESK or run ticket init"

    def test_a_working_directory_that_is_gone_holds_no_desk(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "gone").mkdir()
        monkeypatch.chdir(here / "gone")
        (here / "gone").rmdir()
        with pytest.raises(NoDesk):
            find(None)
        monkeypatch.chdir(here)


class TestOwnDesk:
    @pytest.fixture
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stream = SimpleNamespace(isatty=lambda: True)
        monkeypatch.setattr(desks, "sys", SimpleNamespace(stdin=stream, stdout=stream))

    @pytest.mark.usefixtures("terminal")
    def test_it_is_made_where_somebody_sees_it(self, here: Path) -> None:
        told: list[str] = []
        app = App(Call(), told.append)
        app.make_missing_desk()

        assert app.desk == desks.own_desk()
        assert told == [f"made a desk of your own in {desks.own_desk()}"]

    def test_without_a_terminal_it_is_not_made(self, here: Path) -> None:
        with pytest.raises(NoDesk):
            App(Call(), print).make_missing_desk()

    @pytest.mark.usefixtures("terminal")
    def test_in_a_pipeline_it_is_not_made(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(NoDesk):
            App(Call(), print).make_missing_desk()

    @pytest.mark.usefixtures("terminal")
    def test_it_does_not_stand_in_for_a_named_one(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(NoDesk):
            App(Call(desk="missing"), print).make_missing_desk()
        monkeypatch.setenv("TICKETCLI_DESK", "missing")
        with pytest.raises(NoDesk):
            App(Call(), print).make_missing_desk()

    def test_a_desk_that_is_there_is_used(self, here: Path) -> None:
        a_desk(here)
        app = App(Call(), print)
        app.make_missing_desk()

        assert app.desk == str(here)


class Owners:
    """Pretends who owns what: root may give files away, others may not, and the tests run as both."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.owned: dict[str, tuple[int, int, int | None]] = {}
        self._stat, self._lstat = os.stat, os.lstat
        monkeypatch.setattr(os, "stat", lambda path, **more: self._seen(path, self._stat(path, **more)))
        monkeypatch.setattr(os, "lstat", lambda path, **more: self._seen(path, self._lstat(path, **more)))

    def give(self, path: Path, uid: int, gid: int = OUTSIDE, mode: int | None = None) -> None:
        self.owned[str(path)] = uid, gid, mode

    def _seen(self, path: str, found: os.stat_result) -> os.stat_result:
        uid, gid, mode = self.owned.get(str(path), (found.st_uid, found.st_gid, None))
        values = [int(value) for value in found]
        values[4:6] = uid, gid
        if mode is not None:
            values[0] = (values[0] & ~0o7777) | mode
        return os.stat_result(values)


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> Owners:
    return Owners(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / ".cache").mkdir()
    return a_desk(tmp_path)


class TestTrust:
    def test_your_own_is_trusted(self, desk: Path) -> None:
        trust.check_trust(str(desk))

    def test_roots_is_trusted(self, desk: Path, owners: Owners) -> None:
        for path in (desk, *desk.iterdir()):
            owners.give(path, 0)
        trust.check_trust(str(desk))

    @pytest.mark.parametrize("name", [".", "ticketcli.yaml", "rules", ".cache"])
    def test_one_part_of_a_strangers_is_enough_to_refuse(self, desk: Path, owners: Owners, name: str) -> None:
        owners.give(desk / name, STRANGER)
        with pytest.raises(NotPermitted) as caught:
            trust.check_trust(str(desk))

        assert f"{desk / name} belongs to user {STRANGER}" in str(caught.value)
        assert caught.value.hint == f"if you trust it, run: ticket desk trust {desk}"

    def test_the_command_to_run_is_quoted_for_a_shell(self, tmp_path: Path, owners: Owners) -> None:
        desk = a_desk(tmp_path / "a desk;rm")
        owners.give(desk, STRANGER)
        with pytest.raises(NotPermitted) as caught:
            trust.check_trust(str(desk))

        assert caught.value.hint.endswith(f"ticket desk trust '{desk}'")

    def test_a_group_desk_of_your_group_is_trusted(self, desk: Path, owners: Owners) -> None:
        for path in (desk, *desk.iterdir()):
            owners.give(path, STRANGER, os.getegid(), 0o2770)
        trust.check_trust(str(desk))

    @pytest.mark.parametrize(
        ("gid", "mode"), [(OUTSIDE, 0o2770), (-1, 0o0770), (-1, 0o2750), (-1, 0o2777)],
        ids=["other group", "no setgid", "group may not write", "world may write"],
    )  # fmt: skip
    def test_other_desks_of_strangers_are_no_group_desks(self, desk: Path, owners: Owners, gid: int, mode: int) -> None:
        for path in (desk, *desk.iterdir()):
            owners.give(path, STRANGER, os.getegid() if gid == -1 else gid, mode)
        with pytest.raises(NotPermitted):
            trust.check_trust(str(desk))

    def test_a_link_to_trusted_settings_is_as_its_maker(self, desk: Path, owners: Owners) -> None:
        (desk / "ticketcli.yaml").rename(desk / "real.yaml")
        (desk / "ticketcli.yaml").symlink_to(desk / "real.yaml")
        owners.give(desk / "ticketcli.yaml", STRANGER)
        with pytest.raises(NotPermitted):
            trust.check_trust(str(desk))

    def test_named_desks_are_trusted(self, desk: Path, owners: Owners) -> None:
        owners.give(desk, STRANGER)

        assert trust.trust(str(desk)) is True
        trust.check_trust(str(desk))
        assert trust.trust(str(desk)) is False

    def test_desks_of_the_variable_are_trusted(
        self, desk: Path, owners: Owners, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owners.give(desk, STRANGER)
        monkeypatch.setenv("TICKETCLI_TRUST", f"/elsewhere:{desk}")
        trust.check_trust(str(desk))

    def test_a_desk_inside_a_trusted_one_is_not(
        self, desk: Path, owners: Owners, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inner = a_desk(desk / "inner")
        owners.give(inner, STRANGER)
        monkeypatch.setenv("TICKETCLI_TRUST", str(desk))
        with pytest.raises(NotPermitted):
            trust.check_trust(str(inner))


def test_the_account_is_never_what_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.setenv("USER", "mallory")
    monkeypatch.setenv("LOGNAME", "mallory")

    assert account() == pwd.getpwuid(os.getuid()).pw_name


def test_an_account_without_passwd_entry_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000670000)

    assert account() == "uid-1000670000"
