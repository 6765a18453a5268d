"""`ticket rules test`: scenarios with simulated time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.inputs import ID
from ticketcli.cli.options import examples, takes
from ticketcli.cli.output import json_text, write
from ticketcli.domain.counts import counted
from ticketcli.domain.scenario import Broken, Case, Check, Outcome
from ticketcli.errors import InvalidRules, NoDesk, NotFound, UsageError

if TYPE_CHECKING:
    from ticketcli.rulebook.scenario_rules import DeskRules

_FORMATS = ("table", "json", "junit", "github")
_FOLDER = os.path.join("rules", "tests")


@click.command(
    "test",
    help="Play scenario files with simulated time and compare: what must the rules have made of a ticket, and when? "
    "Without FILE: rules/tests/*.yaml of the desk. Nothing is stored and nobody gets a message. With --record: write "
    "such a file from a ticket of the desk, personal data replaced, which expects what today's rules make of it.",
    epilog=examples(
        "ticket rules test",
        "ticket rules test rules/tests/autoclose.yaml",
        "ticket rules test -o junit > rules.xml",
        "ticket rules test --record 12 > rules/tests/ticket-12.yaml",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--record", type=ID, metavar="ID", help="Write a scenario from this ticket to standard output.")
@takes("desk", "output", "quiet", "verbose", "now", formats=_FORMATS)
def test(app: App, files: Sequence[str], record: int | None) -> None:
    if record is not None:
        if files or app.call.output != "table":
            raise UsageError("--record writes a scenario and tests nothing", "leave files and --output out")
        _record(app, record)
        return
    cases = _cases(app, files)
    outcomes = [_outcome(case) for case in cases]
    _tell_idle(app, cases)
    _show(app, outcomes)
    bad = sum(outcome.outcome != "passed" for outcome in outcomes)
    if bad:
        of = counted(len(outcomes), "scenario")
        raise InvalidRules(f"{bad} of {of} did not pass", "each line above says where, what was wanted and what came")


def _tell_idle(app: App, cases: Sequence[Case | Broken]) -> None:
    """Names the scenarios that ask for nothing: those pass whatever the rules do."""
    for case in cases:
        if isinstance(case, Case) and not any(isinstance(step, Check) for step in (*case.steps, *case.finally_)):
            what = f"{case.name!r} expects nothing, so it shows only that nothing is refused"
            app.tell(f"{escape(case.file)}:{case.spot.line}: {what}")


def _record(app: App, id: int) -> None:
    from ticketcli.cli.scenario_file import scenario_text
    from ticketcli.domain.instants import format_instant
    from ticketcli.services import reading
    from ticketcli.services.recording import record, start_text

    with reading.reading(app.session) as (reader, rules):
        events = reader.events(id)
        if not events:
            raise NotFound(f"no ticket #{id}", "ticket list shows what there is")
        recorded = record(events, rules.rulebook, app.session.now)
    head = f"Recorded from ticket {id} at {format_instant(app.session.now)}, personal data replaced."
    start = start_text(events[0].at, app.settings.timezone)
    write(scenario_text(head, f"ticket {id}", start, recorded.raw))
    for deed in recorded.dropped:
        app.tell(f"left out, for it cannot be done again by today's rules: {deed}")


def _cases(app: App, files: Sequence[str]) -> list[Case | Broken]:
    from ticketcli.rulebook.files import MAX_BYTES, read_file
    from ticketcli.rulebook.scenario_rules import ScenarioRules
    from ticketcli.rulebook.scenarios import read_scenarios

    rules = ScenarioRules(_desk_rules(app))
    paths = _paths(app, files) if files else _own(app)
    return [case for path in paths for case in read_scenarios(read_file(path, path, MAX_BYTES), rules)]


def _desk_rules(app: App) -> DeskRules:
    """The rules of the desk; a call that names files works without one, if they bring rules of their own."""
    from ticketcli.rulebook.scenario_rules import DeskRules

    try:
        settings = app.settings
    except NoDesk as error:
        return DeskRules(missing=error)
    return DeskRules(app.rule_files, app.desk, settings.notify_default, settings.timezone)


def _own(app: App) -> list[str]:
    """The desk's scenario files, as a person in this directory would name them."""
    folder = os.path.join(app.desk, _FOLDER)
    shown = min(folder, os.path.relpath(folder), key=len)
    if not os.path.isdir(folder):
        app.tell(f"there is no folder {shown}: nothing to test")
        return []
    return _inside(app, shown)


def _paths(app: App, files: Sequence[str]) -> list[str]:
    found: list[str] = []
    for path in files:
        if os.path.isdir(path):
            found += _inside(app, path)
        elif os.path.lexists(path):
            found.append(path)
        else:
            raise NotFound(f"no such file or folder: {path}", "check the path")
    return list(dict.fromkeys(found))


def _inside(app: App, folder: str) -> list[str]:
    """The scenario files of a folder; what is passed over there, or that there is none, is told."""
    from ticketcli.rulebook.files import SUFFIX, rule_names

    for name in sorted(os.listdir(folder)):
        if name.endswith(".yml"):
            app.tell(f"{escape(os.path.join(folder, name))}: not read: scenario files end in {SUFFIX}")
    names = rule_names(folder)
    if not names:
        app.tell(f"no *{SUFFIX} in {escape(folder)}: nothing to test")
    return [os.path.join(folder, name) for name in names]


def _outcome(case: Case | Broken) -> Outcome:
    from ticketcli.services.playing import play

    if isinstance(case, Broken):
        return Outcome(case.name, case.file, case.spot, (), case.troubles)
    return play(case)


def _show(app: App, outcomes: Sequence[Outcome]) -> None:
    from ticketcli.cli import scenario_report as report

    output = app.call.output
    if output == "json":
        write(json_text(report.count_json(outcomes)) + "\n")
    elif output == "junit":
        from ticketcli.cli.junit import junit_text

        write(junit_text(outcomes))
    elif output == "github":
        from ticketcli.cli.annotations import github_text

        write(github_text(report.annotations_of(outcomes)))
    else:
        write("".join(f"{escape(line)}\n" for line in report.text_lines(outcomes)))
    for outcome in outcomes:
        app.detail(f"{outcome.outcome}  {outcome.file}:{outcome.spot.line}  {outcome.name}")
    app.tell(report.summary(outcomes))
