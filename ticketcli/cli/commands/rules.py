"""`ticket rules`: check, list, schema and accept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ticketcli.app import App
from ticketcli.cli.annotations import Annotation, github_text
from ticketcli.cli.escape import escape
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import DATA, csv_text, json_lines, json_text, rows_text, table, write
from ticketcli.cli.trouble import tell_trouble
from ticketcli.domain.counts import counted
from ticketcli.errors import InvalidRules, NotFound
from ticketcli.services import in_force, reading

if TYPE_CHECKING:
    from ticketcli.rulebook.check import Checked
    from ticketcli.rulebook.problems import Problem

_PROBLEM = ("file", "line", "column", "level", "code", "message", "text", "suggestion")
_RULE = ("section", "name", "file", "line", "summary")
_FORMATS = ("table", *DATA)
_CHECK = (*_FORMATS, "github")


@click.command(
    "check",
    help="Check rule files and show every problem at once, with file, line and column. Without PATH: the desk's rules. "
    "With PATHs: exactly these files or folders as one rulebook. The mappings in "
    "a folder's intake/ are checked too. `-o github` writes annotations for GitHub Actions.",
    epilog=examples(
        "ticket rules check", "ticket rules check rules/sla.yaml", "ticket rules check rules/ --complete -o github"
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--complete", is_flag=True, help="References to sections that no file holds are problems too.")
@click.option("--strict", is_flag=True, help="Warnings fail the check too.")
@takes("desk", "output", "quiet", "verbose", "now", formats=_CHECK)
def check(app: App, paths: Sequence[str], complete: bool, strict: bool) -> None:
    from ticketcli.rulebook.report import check_json, check_lines, check_summary

    checked = _checked(paths or [_own_rules(app)], complete or not paths, app.clock.now())
    if app.call.output == "json":
        write(json_text(check_json(checked)) + "\n")
    elif app.call.output == "jsonl":
        write(json_lines(problem.as_json() for problem in checked.problems))
    elif app.call.output == "csv":
        write(csv_text(_PROBLEM, (problem.as_json() for problem in checked.problems)))
    elif app.call.output == "github":
        write(github_text(map(_annotation, checked.problems)))
    else:
        write("".join(f"{escape(line)}\n" for line in check_lines(checked)))
    for note in checked.notes:
        app.tell(note)
    app.tell(check_summary(checked))
    bad = [problem for problem in checked.problems if strict or problem.level == "error"]
    if bad:
        hint = "each line above says where and what; ticket rules help CODE explains one"
        raise InvalidRules(f"the rules do not check: {counted(len(bad), 'problem')}", hint)


def _checked(paths: Sequence[str], complete: bool, now: int) -> Checked:
    """Rule files, and the mappings of intake: a mistake there shows here, not when the first alert is refused."""
    from ticketcli.config.intake_file import is_mapping, mappings_in, problems_of
    from ticketcli.rulebook.check import check as check_paths

    checked = check_paths([path for path in paths if not is_mapping(path)], complete=complete, now=now)
    files = [file for path in paths for file in mappings_in(path)]
    declared = (checked.bound or {}).get("fields")
    problems = [problem for file in files for problem in problems_of(file, declared)]
    return checked._replace(files=(*checked.files, *files), problems=(*checked.problems, *problems))


def _annotation(problem: Problem) -> Annotation:
    message = f"{problem.said} [{problem.code}]"
    return Annotation(problem.level, message, problem.file, problem.line, problem.column)


def _own_rules(app: App) -> str:
    """The desk's rules as a person in this directory would name them."""
    folder = os.path.join(app.desk, "rules")
    return min(folder, os.path.relpath(folder), key=len)


@click.command(
    "list",
    help="List the rules in force in the order in which they run, and what each does.",
    epilog=examples("ticket rules list", "ticket rules list -o json"),
)
@takes(*(name for name in READ if name != "now"), "strict_rules", formats=_FORMATS)
def list_(app: App) -> None:
    from ticketcli.rulebook.report import rule_lines

    with reading.reading(app.session) as (reader, rules):
        tell_trouble(app, rules)
        bound = in_force.bound_of(reader, rules)
    rows = [line._asdict() for line in rule_lines(bound)]
    if app.call.output in DATA:
        write(rows_text(app.call.output, _RULE, rows))
    else:
        cells = [(row["section"], row["name"], f"{row['file']}:{row['line']}", row["summary"]) for row in rows]
        write(table(("SECTION", "RULE", "WHERE", "WHAT"), cells))


@click.command(
    "schema",
    help="Print a JSON Schema: `rules` (rule files), `scenario` (rules/tests/), `intake` (rules/intake/), `mapping` "
    "(of ticket import), `settings` (ticketcli.yaml) or `output` (what -o json answers).",
    epilog=examples("ticket rules schema", "ticket rules schema settings > settings.schema.json"),
)
@click.argument("name", default="rules")
@takes()
def schema(app: App, name: str) -> None:
    from ticketcli.resources import schemas_directory

    folder = schemas_directory()
    names = sorted(file.removesuffix(".json") for file in os.listdir(folder) if file.endswith(".json"))
    if name not in names:
        raise NotFound(f"no schema {name!r}", f"there are: {', '.join(names)}")
    with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
        write(file.read())


@click.command(
    "accept",
    help="Confirm that rules were removed on purpose: until then a rule file that vanished keeps the last rulebook "
    "in force.",
    epilog=examples("ticket rules accept"),
)
@takes("desk", "quiet", "verbose", "lock_timeout", writes=True)
def accept(app: App) -> None:
    session = app.session
    with session.store.write(at=session.now, run=session.run, timeout=session.lock_timeout) as tx:
        number = in_force.accept(tx, session.files, session.now)
    app.tell(f"the rules as they stand are in force now (rulebook {number})")
