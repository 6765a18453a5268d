"""Calendars generated from the package `holidays`: they check, and say what is not known yet."""

from __future__ import annotations

import sys
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from ticketcli.domain.calendar import Calendar
from ticketcli.errors import Invalid, NotFound
from ticketcli.rulebook.calendar_files import read_calendars
from ticketcli.rulebook.check import check
from ticketcli.rulebook.generating import Generated, Wanted, generate


def built(found: Generated, folder: Path, name: str) -> Calendar:
    """The calendar of the text, which has to check without a warning."""
    path = folder / "generated.yaml"
    path.write_text(found.text, encoding="utf-8")
    assert [problem.as_line() for problem in check([str(path)], complete=True).problems] == []
    calendars, _ = read_calendars(str(path))
    assert calendars is not None
    return calendars[name]


def open_days(calendar: Calendar, days: list[str]) -> list[str]:
    """Those of the dates that are open at noon on the calendar's clock."""
    noons = {day: datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=calendar.zone) for day in days}
    return [day for day, noon in noons.items() if calendar.is_open(int(noon.timestamp()))]


def test_china_works_on_weekends_in_exchange_for_holidays(tmp_path: Path) -> None:
    found = generate(Wanted("cn", [2026]))
    calendar = built(found, tmp_path, "cn")

    assert found.warnings == ()
    assert str(calendar.zone) == "Asia/Shanghai"
    worked = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    assert open_days(calendar, [*worked, "2026-10-11", "2026-10-01", "2026-02-17"]) == worked
    assert calendar.uncovered(0, 10**9)[-1:] == (2001,)


def test_a_year_whose_working_days_are_not_published_yet_is_warned_of_and_says_so_in_the_file(tmp_path: Path) -> None:
    found = generate(Wanted("CN", [2026, date.today().year + 20]))

    (warning,) = found.warnings
    assert warning.startswith(f"CN {date.today().year + 20}: the working days in exchange for holidays are not publish")
    assert f"# {warning}\n" in found.text
    built(found, tmp_path, "cn")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("DE", [2027]), ["timezone: Europe/Berlin        # or Europe/Busingen", "mon-fri:", "2027-10-03 "]),
        (Wanted("DE", [2027], "BY", "münchen"), ['"münchen":', "2027-01-06              # Epiphany"]),
        (Wanted("US", [2027], "", "us", "America/Chicago"), ["timezone: America/Chicago\n", "Thanksgiving"]),
        (Wanted("DE", [2027], "augsburg"), ["# DE-Augsburg 2027", "2027-08-08"]),
        (Wanted("NO", [2027]), ['"no":']),
        (Wanted("SA", [2027]), ["hours: {sun-thu:", "Eid al-Fitr"]),
        (Wanted("IR", [2027]), ["hours: {sat-thu:"]),
        (Wanted("BN", [2027]), ['hours: {"mon,tue,wed,thu,sat":']),
        (Wanted("HU", [2026]), ["workdays:", "2026-01-10              # Saturday, with Monday's hours"]),
        (Wanted("UK", [2027]), ["  gb:\n", "timezone: Europe/London\n"]),
    ],
    ids=lambda value: f"{value.country} {value.part}".strip() if isinstance(value, Wanted) else "",
)
def test_other_countries(wanted: Wanted, says: list[str], tmp_path: Path) -> None:
    found = generate(wanted)

    assert [text for text in says if text not in found.text] == []
    name = found.text.split("\n  ")[1].partition(":")[0].strip('"')
    assert built(found, tmp_path, name).next_open(int(datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp())) > 0


@pytest.mark.parametrize(
    ("wanted", "says", "hint"),
    [
        (Wanted("XX", [2027]), "knows no country 'XX'", "ISO code"),
        (Wanted("DE", [2027], "ZZ"), "knows no part 'ZZ' of DE", "BY"),
        (Wanted("UA", [2024]), "knows no holidays of UA in 2024", "another year"),
    ],
    ids=lambda value: value.country if isinstance(value, Wanted) else "",
)
def test_what_is_not_known_is_said(wanted: Wanted, says: str, hint: str) -> None:
    with pytest.raises(NotFound, match=says) as caught:
        generate(wanted)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "wanted", [Wanted("DE", [2027], timezone="Mars"), Wanted("DE", [2027], name="a\x1bb")], ids=["zone", "name"]
)
def test_what_no_calendar_can_have_is_refused(wanted: Wanted) -> None:
    with pytest.raises(Invalid):
        generate(wanted)


def test_without_the_package_the_error_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)

    with pytest.raises(NotFound) as caught:
        generate(Wanted("CN", [2026]))
    assert caught.value.hint == f"run: {sys.executable} -m pip install holidays"
