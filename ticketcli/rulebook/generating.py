"""`ticket calendar generate`: the public holidays of a country and its make-up working days, as a rule file.

The dates come from the package `holidays`, which only this uses: they are written down once, for a person to look over,
and never looked up when something is decided.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

from ticketcli.domain.nearest import nearest
from ticketcli.domain.openingdays import WEEK
from ticketcli.domain.texts import check_name
from ticketcli.domain.zoneclock import zone_named
from ticketcli.errors import NotFound
from ticketcli.records import NamedTuple

_HOURS = '["09:00-17:00"]'
_OTHERS = 4
"""Time zones of a country that are named beside the first."""

_NO_TEXTS = ("null", "true", "false", "no", "yes", "on", "off", "n", "y")
"""Norway is one of them: older readers of YAML take these words for something else."""


class Wanted(NamedTuple):
    """Whose dates: an ISO code such as CN, years, a part of the country or "", and how the calendar is to be called."""

    country: str
    years: Sequence[int]
    part: str = ""
    name: str = ""
    timezone: str = ""


class Generated(NamedTuple):
    """The text of a rule file, and what to know about it."""

    text: str
    warnings: tuple[str, ...]


def generate(wanted: Wanted) -> Generated:
    """The section `calendars:` with one calendar. Raises `NotFound` without the package, or for an unknown country,
    part or year, and `Invalid` for a name or a zone that no calendar can have."""
    name = check_name("name", wanted.name) if wanted.name else ""
    if wanted.timezone:
        zone_named(wanted.timezone)
    package = _package()
    table = _table(package, wanted.country.upper(), wanted)
    country: str = table.country
    days = {day: name for day, name in table.items() if day.year in wanted.years}
    for year in wanted.years:
        if not any(day.year == year for day in days):
            raise NotFound(f"{_source(package)} knows no holidays of {country} in {year}", "ask for another year")
    warnings = tuple(_warnings(package, table, country, wanted.years, days))
    workdays = sorted(day for day in table.weekend_workdays if day.year in wanted.years)
    whose = f"{country}-{table.subdiv}" if table.subdiv else country
    lines = [
        f"# {whose} {', '.join(map(str, wanted.years))} by {_source(package)}. The hours are a guess: put in yours.",
        *(f"# {warning}" for warning in warnings),
        "calendars:",
        f"  {_key(name or country.lower())}:",
        f"    timezone: {_zone(country, wanted.timezone)}",
        f"    hours: {{{_working_days(table.weekend)}: {_HOURS}}}",
        "    holidays:",
        *(_entry(first, last, names) for first, last, names in _runs(days)),
        *(["    workdays:"] if workdays else []),
        *(_entry(day, day, [f"{day:%A}, with Monday's hours"]) for day in workdays),
    ]
    return Generated("".join(f"{line}\n" for line in lines), warnings)


def _package() -> ModuleType:
    try:
        return import_module("holidays")
    except ImportError:
        command = f"{shlex.quote(sys.executable)} -m pip install holidays"
        raise NotFound("the package holidays is not installed, from which the dates come", f"run: {command}") from None


def _source(package: ModuleType) -> str:
    return f"holidays {package.__version__}"


def _table(package: ModuleType, country: str, wanted: Wanted) -> Any:
    """Dates to names, in English where the package has them."""
    known = package.list_supported_countries()
    if country not in known:
        near = nearest(country, known)
        hint = f"did you mean {near}?" if near else "write its ISO code, such as CN, DE or US"
        raise NotFound(f"{_source(package)} knows no country {country!r}", hint)
    part = next((one for one in known[country] if one.casefold() == wanted.part.casefold()), None)
    if wanted.part and part is None:
        parts = ", ".join(known[country]) or "there are none"
        raise NotFound(f"{_source(package)} knows no part {wanted.part!r} of {country}", f"its parts: {parts}")
    languages = package.country_holidays(country).supported_languages
    language = "en_US" if "en_US" in languages else None
    return package.country_holidays(country, subdiv=part, years=list(wanted.years), language=language)


def _warnings(
    package: ModuleType, table: Any, country: str, years: Sequence[int], days: dict[date, str]
) -> Iterator[str]:
    """Years for which nobody has said yet which days are worked in exchange, and dates that may still move."""
    if table.has_substituted_holidays:
        moved = {year for name in dir(table) if name.startswith("special_") for year in _years(getattr(table, name))}
        moved |= {day.year for day in table.weekend_workdays}
        for year in years:
            if year not in moved:
                yield (
                    f"{country} {year}: the working days in exchange for holidays are not published yet, as far as "
                    f"{_source(package)} knows; holidays may move too, so generate this year again later"
                )
    guessed = sorted(day for day, name in days.items() if "estimated" in name)
    if guessed:
        yield f"{country}: {len(guessed)} dates are estimates that the moon decides, the first {guessed[0].isoformat()}"


def _years(special: Any) -> Iterable[int]:
    return special if isinstance(special, dict) else ()


def _working_days(weekend: Iterable[int]) -> str:
    """`mon-fri`, `sun-thu`: the other days of the week, which may pass its end."""
    working = [day for day in range(7) if day not in weekend]
    first = next((day for day in working if (day - 1) % 7 not in working), 0)
    if all((first + step) % 7 in working for step in range(len(working))):
        return f"{WEEK[first]}-{WEEK[(first + len(working) - 1) % 7]}"
    return f'"{",".join(WEEK[day] for day in working)}"'


def _zone(country: str, given: str) -> str:
    """The zone that was asked for, else the first of the country, and in a comment which others it has."""
    if given:
        return given
    zones = _zones(country) or ["UTC"]
    more = f" and {len(zones) - 1 - _OTHERS} more" if len(zones) - 1 > _OTHERS else ""
    others = f"{'':8}# or {', '.join(zones[1 : _OTHERS + 1])}{more}" if zones[1:] else ""
    return f"{zones[0]}{others}"


def _zones(country: str) -> list[str]:
    from importlib.resources import files

    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[2] for line in lines if line.startswith(f"{country}\t")]


def _runs(days: dict[date, str]) -> Iterator[tuple[date, date, list[str]]]:
    """Dates that follow each other, with the names of their holidays."""
    run: list[date] = []
    for day in [*sorted(days), date.max]:
        if run and day - run[-1] != timedelta(1):
            yield run[0], run[-1], [days[one] for one in run]
            run = []
        run.append(day)


def _entry(first: date, last: date, names: Iterable[str]) -> str:
    entry = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
    said = "; ".join(dict.fromkeys(names))
    comment = "".join(sign if sign.isprintable() else " " for sign in said)
    return f"      - {entry:<22}  # {comment}"


def _key(name: str) -> str:
    """Without quotes where YAML cannot take it for anything but a text."""
    plain = re.fullmatch(r"[a-z][a-z0-9_-]*", name, re.ASCII) and name not in _NO_TEXTS
    return name if plain else json.dumps(name, ensure_ascii=False)
