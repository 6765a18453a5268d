"""Settings: defaults, the cache, and refusals that name the place."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ticketcli.config.settings import Settings, load_settings
from ticketcli.config.shown import settings_shown
from ticketcli.domain.desk import Guard
from ticketcli.domain.texts import Limits
from ticketcli.errors import Invalid

EVERYTHING = """\
name: 运维
store: sqlite:other.db
timezone: Asia/Shanghai
display: {fields: [id, subject]}
guard: {max_closes: 5, max_share: 12.5%, max_gap: off}
notify: {default: [carol, ops@x.cn]}
limits: {subject: 80, text: 1000, fields: 200}
bots: [jenkins]
sandbox: true
"""
REFUSED = {
    "unknown key": ("timzone: UTC", "1:1: unknown key timzone (did you mean timezone?)"),
    "wrong type": ("name: x\nsandbox: 1", "2:10: sandbox must be true or false"),
    "unknown zone": (
        "timezone: Asia/Shangai",
        "1:11: there is no time zone Asia/Shangai (did you mean Asia/Shanghai?)",
    ),
    "zone outside the tables": ("timezone: ../../etc/passwd", "1:11: there is no time zone"),
    "share over all": ("guard: {max_share: 101%}", "1:20: 101% is no share"),
    "share without sign": ('guard: {max_share: "10"}', "1:20: 10 is no share"),
    "gap that is none": ("guard: {max_gap: soon}", "1:18:"),
    "store that forgets": ('store: "memory:"', "1:8: memory: forgets every ticket"),
    "store of no form": ("store: mysql:x", "1:8: store: 'mysql:x' names no store: write sqlite:tickets.db or json:t"),
    "limit below one": ("limits: {subject: 0}", "1:19: subject must be at least 1"),
    "name that hides something": ('bots: ["ro\\u200bot"]', "1:8:"),
    "empty file": ("", "1:1: the file is empty"),
    "list": ("- a", "1:1: the file must be a mapping"),
    "no YAML": ("name: [", "not readable as YAML"),
    "key twice": ("name: a\nname: b", "2:1: name stands here twice"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "ticketcli.yaml").write_text("timezone: UTC\n")
    return tmp_path


def test_what_is_not_said_has_a_default(desk: Path) -> None:
    assert load_settings(str(desk)) == Settings(desk.name)


def test_everything_can_be_said(desk: Path) -> None:
    (desk / "ticketcli.yaml").write_text(EVERYTHING)
    settings = load_settings(str(desk))

    assert settings[:3] == ("运维", "sqlite:other.db", "Asia/Shanghai")
    assert settings.display.fields == ("id", "subject")
    assert settings.guard == Guard(5, 0.125, None)
    assert settings.notify_default == ("carol", "ops@x.cn")
    assert settings.limits == Limits(80, 1000, 200)
    assert (settings.bots, settings.sandbox) == (("jenkins",), True)


def test_the_defaults_of_the_schema_are_those_of_the_program(desk: Path) -> None:
    told = {key: value for key, value, _ in settings_shown(str(desk))}
    lines: dict[str, object] = {}
    for key, value in told.items():
        *above, last = key.split(".")
        place = lines
        for name in above:
            place = place.setdefault(name, {})  # type: ignore[assignment]
        if value != []:
            place[last] = value
    (desk / "ticketcli.yaml").write_text(json.dumps({key: value for key, value in lines.items() if value != {}}))

    assert load_settings(str(desk)) == Settings(desk.name)


@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()], ids=REFUSED)
def test_the_refusal_names_file_line_and_column(desk: Path, text: str) -> None:
    said = next(said for other, said in REFUSED.values() if other == text)
    (desk / "ticketcli.yaml").write_text(text)
    with pytest.raises(Invalid) as caught:
        load_settings(str(desk))

    assert str(caught.value).startswith(f"{desk}/ticketcli.yaml:")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_problems_are_told_at_once(desk: Path) -> None:
    (desk / "ticketcli.yaml").write_text("nam: x\nsandbox: 1\n")
    with pytest.raises(Invalid) as caught:
        load_settings(str(desk))

    assert [problem["line"] for problem in caught.value.details["problems"]] == [1, 2]


@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_settings_that_are_no_file_are_refused_and_not_waited_for(desk: Path, kind: str) -> None:
    (desk / "ticketcli.yaml").unlink()
    os.mkfifo(desk / "ticketcli.yaml") if kind == "fifo" else (desk / "ticketcli.yaml").mkdir()

    with pytest.raises(Invalid):
        load_settings(str(desk))


def test_a_second_call_reads_no_yaml(desk: Path) -> None:
    load_settings(str(desk))
    program = "import sys; from ticketcli.config.settings import load_settings; load_settings(sys.argv[1]); "
    program += "print({'yaml', 'jsonschema'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program, str(desk)], capture_output=True, text=True, timeout=60)

    assert ended.stdout == "set()\n", ended.stderr


def test_a_changed_file_counts_at_once(desk: Path) -> None:
    load_settings(str(desk))
    (desk / "ticketcli.yaml").write_text("timezone: Asia/Tokyo\n")

    assert load_settings(str(desk)).timezone == "Asia/Tokyo"


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", "null", '{"format": 1}', '{"format": "1 0.1.0", "text": "x"}', "[" * 9999]
)
def test_a_useless_cache_is_read_past(desk: Path, kept: str) -> None:
    load_settings(str(desk))
    (desk / ".cache" / "settings.json").write_text(kept)

    assert load_settings(str(desk)) == Settings(desk.name)


def test_the_cache_is_as_private_as_its_desk(desk: Path) -> None:
    load_settings(str(desk))

    assert stat.S_IMODE((desk / ".cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((desk / ".cache" / "settings.json").stat().st_mode) == 0o600


def test_a_desk_that_cannot_keep_a_cache_works_without(desk: Path) -> None:
    (desk / ".cache").touch()

    assert load_settings(str(desk)) == Settings(desk.name)
