"""`ticket calendar generate`: the holidays of a country as a rule file."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ticketcli.app import App
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import write


@click.command(
    "generate",
    help="Write a calendar with the public holidays of a COUNTRY (an ISO code) in these YEARs as YAML for "
    "rules/calendars.yaml, also the weekend days that are worked in exchange where a country does that (CN, HU). It "
    "warns where those of a year are not published yet. Look it over, put in your hours, and run ticket rules check. "
    "Needs the package holidays: pip install 'ticketcli[calendar]'.",
    epilog=examples(
        "ticket calendar generate CN 2026 2027 > rules/calendars.yaml",
        "ticket calendar generate DE 2027 --part BY --name munich",
    ),
)
@click.argument("country")
@click.argument("years", nargs=-1, required=True, metavar="YEAR...", type=click.IntRange(1900, 2100))
@click.option("--part", default="", metavar="CODE", help="A part of the country that has holidays of its own.")
@click.option("--name", default="", help="Name of the calendar; without it the code in small letters.")
@click.option("--timezone", default="", metavar="ZONE", help="Its time zone; without it the first of the country.")
@takes("quiet")
def generate(app: App, country: str, years: Sequence[int], part: str, name: str, timezone: str) -> None:
    from ticketcli.rulebook.generating import Wanted
    from ticketcli.rulebook.generating import generate as generated

    found = generated(Wanted(country, sorted(set(years)), part, name, timezone))
    write(found.text)
    for warning in found.warnings:
        app.tell(warning)
