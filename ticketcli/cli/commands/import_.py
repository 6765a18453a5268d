"""`ticket import`: tickets of another system, from a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from itertools import islice
from typing import Any, BinaryIO

import click

from ticketcli.app import App
from ticketcli.cli.import_report import Report
from ticketcli.cli.inputs import standard_input
from ticketcli.cli.options import READ, examples, takes
from ticketcli.cli.output import write
from ticketcli.cli.progress import Progress
from ticketcli.cli.trouble import tell_trouble
from ticketcli.config.mapping_file import parse_mapping
from ticketcli.config.trust import quoted
from ticketcli.config.zones import is_zone, nearest_zone
from ticketcli.domain.counts import counted
from ticketcli.domain.operations.restoring import EVENTS
from ticketcli.domain.texts import check_name
from ticketcli.errors import Conflict, Incomplete, Invalid, NotFound, UsageError
from ticketcli.intake.mapping import Columns, check_formats, with_formats, with_pairs
from ticketcli.intake.tables import FORMATS, FileRows, open_rows
from ticketcli.intake.templates import TEMPLATES
from ticketcli.services.importing import Told, Wanted, bring_in, check
from ticketcli.services.in_force import InForce

_PEEK = 100
"""Rows of JSONL whose keys are looked at before the mapping is shown."""


@click.command(
    "import",
    epilog=examples(
        "ticket import old.csv --check",
        "ticket import old.csv --map Title=subject --map Id=key --map Opened=created_at --date Opened=%d/%m/%Y",
        "ticket import old.csv --mapping old.yaml --skip-bad bad.csv",
        "ticket import desk.jsonl            # what ticket export wrote",
        "ticket import --template mapping > old.yaml",
    ),
)
@click.argument("file", required=False)
@click.option("--map", "pairs", metavar="COL=KEY", multiple=True, help="This column is that key of a ticket; `key` "
              "tells rows apart.")  # fmt: skip
@click.option("--mapping", metavar="FILE", help="A mapping file (YAML); see ticket import --template mapping.")
@click.option("--source", metavar="NAME", help="The system that the rows come from.  [default: the name of the file]")
@click.option("--check", "check_only", is_flag=True, help="Read everything, show every problem, write nothing.")
@click.option("--batch", type=click.IntRange(1, 1_000_000), metavar="N", help="One commit for N rows, not one for all.")
@click.option("--skip-bad", metavar="FILE", help="Import the good rows; write the others there, with their reasons.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="The format.  [default: by name and start]")
@click.option("--encoding", metavar="NAME", help="The encoding, such as gb18030.  [default: told from the bytes]")
@click.option("--delimiter", metavar="C", help="What stands between the cells.  [default: what the header has most]")
@click.option("--date", "dates", metavar="COL=FORMAT", multiple=True, help="How the times of a column are written: "
              "iso, epoch, epoch-ms, or such as %d/%m/%Y.")  # fmt: skip
@click.option("--zone", metavar="ZONE", help="The zone of times that name none.  [default: the desk's]")
@click.option("--template", type=click.Choice(list(TEMPLATES)), is_flag=False, flag_value="csv",
              help="Print an example and do nothing; csv unless said.")  # fmt: skip
@takes(*READ, "as_", "dry_run", "lock_timeout", "strict_rules", writes=True, formats=("table", "json", "ids"))
def import_(app: App, file: str | None, template: str | None, **given: Any) -> None:
    """Import tickets of another system from FILE (CSV or JSONL; - is standard input), with their history.

    A row is known by its source and key, so a second run adds nothing and one that was stopped goes on. Everything is
    read first; with a problem anywhere nothing is written, unless --skip-bad. Nobody is told of anything.
    """
    if template is not None:
        write(TEMPLATES[template])
        return
    if file is None:
        raise UsageError("no file", "name a file, or - for standard input")
    _no_overwriting(given["skip_bad"])
    mapping = _mapping(given)
    with _opened(file) as (data, size):
        rows = open_rows(data, file, given["format_"], mapping, lambda name: _zone(app, name or given["zone"]))
        _Import(app, file, rows, size, given, mapping).run()


class _Import:
    """One import: the file, and what the call asks for."""

    def __init__(self, app: App, file: str, rows: FileRows, size: int, given: dict[str, Any], mapping: Columns) -> None:
        self.app, self.file, self.rows, self.size, self.given = app, file, rows, size, given
        looked_at = [] if rows.head else [EVENTS in row.facts for row in islice(rows.rows(), _PEEK)]
        self.export = any(looked_at[:1])
        self.source = self._source(mapping)
        self.formats = mapping.formats
        self.report = Report(app, file, self.source)
        self.trouble: set[tuple[str, ...]] = set()

    def run(self) -> None:
        try:
            self._say_columns()
            check_formats(self.formats, dict(self.rows.columns()))
            if self.rows.head:
                self._refuse_header()
            self._check()
            if not (self.given["check_only"] or self.app.call.dry_run):
                self._write()
        finally:
            self.report.finish(self._known())
        self._tell()

    def _source(self, mapping: Columns) -> str:
        name = self.given["source"] or mapping.source
        if name is None and self.file == "-" and not (self.given["check_only"] or self.export):
            raise UsageError("standard input has no name", "say where the rows come from: --source NAME")
        return check_name("source", name or os.path.basename(self.file).partition(".")[0] or "import")

    def _say_columns(self) -> None:
        self.app.tell(f"{self.file}: {self.rows.encoding.why}")
        if self.export:
            self.app.tell("an export of ticketcli: tickets come with their numbers and events")
            return
        guess = " (a guess; --map or --mapping says otherwise)" if self._guessed() else ""
        shown = ", ".join(column if column == key else f"{column} → {key}" for column, key in self.rows.columns())
        self.app.tell(f"columns{guess}: {shown or 'none'}")
        left = self.rows.left_out()
        if left:
            self.app.tell(f"not mapped: {', '.join(name or '(no name)' for name in left)}")
        if not any(key == "key" for _, key in self.rows.columns()):
            self.app.tell("no column is the key: rows are told apart by their whole content")

    def _guessed(self) -> bool:
        return not self.given["pairs"] and not self.given["mapping"]

    def _refuse_header(self) -> None:
        for problem in self.rows.head:
            self.report.problem(problem)
        raise Invalid(f"{self.file}: the header does not fit: {counted(len(self.rows.head), 'problem')}", _HEADER_HINT)

    def _check(self) -> None:
        skip = self.given["skip_bad"] is not None and not self.given["check_only"]
        with self._progress("checking") as progress:

            def problem(found: Any) -> None:
                progress.clear()
                self.report.problem(found)

            told = Told(problem=problem, step=progress.step, trouble=self._trouble)
            self.checked = check(
                self.app.session, self.rows, self.source, told, known_too=self.given["check_only"]
            )
        if self.checked.bad and not skip:
            what = f"{counted(self.report.problems, 'problem')} in {counted(self.checked.bad, 'row')}"
            raise Invalid(f"{self.file}: {what}; nothing was imported", _HINT)

    def _write(self) -> None:
        wanted = Wanted(self.source, self.given["batch"], self.given["skip_bad"] is not None)
        with self._progress("importing") as progress, self._refused() as refused:
            told = Told(refused=refused, done=self.report.add, step=progress.step, trouble=self._trouble)
            try:
                bring_in(self.app.session, self.rows, wanted, told)
            except BaseException:  # also an interrupt: what was committed stands, and is said
                progress.clear()
                if self.report.done:
                    in_ = counted(self.report.total("created"), "ticket")
                    self.app.tell(f"stopped: {in_} came in before; the same call adds the rest")
                raise

    @contextmanager
    def _refused(self) -> Iterator[Any]:
        """What takes a refused row: a file that is there, whole, when the import is over."""
        path = self.given["skip_bad"]
        if path is None or not self.checked.bad:
            yield lambda row, problems: None
            return
        draft = f"{path}.part"
        encoding = self.rows.encoding.name
        with open(draft, "w", encoding=encoding, errors="replace", newline="", opener=_private) as out:
            yield self.rows.write_refused(out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, path)

    def _progress(self, what: str) -> Progress:
        return Progress(what, self.size, self.rows.position, quiet=self.app.call.quiet)

    def _trouble(self, rules: InForce) -> None:
        if rules.trouble not in self.trouble:
            self.trouble.add(rules.trouble)
            tell_trouble(self.app, rules)

    def _known(self) -> dict[str, Any]:
        checked = getattr(self, "checked", None)
        return {
            "encoding": self.rows.encoding.name,
            "columns": [{"column": column, "key": key} for column, key in self.rows.columns()],
            "left_out": self.rows.left_out(),
            "rows": checked.rows if checked else 0,
            "new": checked.new if checked else 0,
        }

    def _tell(self) -> None:
        checked, report = self.checked, self.report
        if self.given["check_only"] or self.app.call.dry_run:
            here = f", {_with_verb(checked.unchanged, 'is', 'are')} here already" if checked.unchanged else ""
            self.app.tell(f"would import {checked.new:,} of {counted(checked.rows, 'row')}{here}")
        else:
            runs = [run for done in report.done for run in done.numbers]
            first, last = (runs[0][0], runs[-1][1]) if runs else (0, 0)
            numbers = "" if not runs else f", #{first}" if first == last else f", #{first} to #{last}"
            differing = f", {report.total('differing'):,} of them not as now" if report.total("differing") else ""
            old = report.total("unchanged")
            here = f"; {_with_verb(old, 'was', 'were')} here already{differing}" if old else ""
            self.app.tell(f"imported {counted(report.total('created'), 'ticket')}{numbers}{here}")
        refused = report.total("refused") or (checked.bad if self.app.call.dry_run else 0)
        if refused:
            path = self.given["skip_bad"]
            if self.app.call.dry_run:
                raise Incomplete(f"{counted(refused, 'row')} would be refused: see above", f"{path} was not written")
            again = f"mend that file, then: ticket import {quoted(path)} --source {quoted(self.source)} …"
            raise Incomplete(f"{counted(refused, 'row')} refused, kept in {path} with the reasons", again)


def _with_verb(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


_HEADER_HINT = "each line above says what; mend the first line, or say which column is which with --map COLUMN=KEY"
_HINT = "each line above says where and what; with --skip-bad FILE the good rows go in"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _no_overwriting(path: str | None) -> None:
    if path is None:
        return
    if os.path.lexists(path):
        raise Conflict(f"{path} is there already", "name a new file for the refused rows")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise NotFound(f"{path}: there is no such folder", "name a new file for the refused rows")


def _mapping(given: dict[str, Any]) -> Columns:
    """The mapping file, and what the call says beside it."""
    mapping = Columns()
    if given["mapping"]:
        try:
            with open(given["mapping"], "rb") as file:
                mapping = parse_mapping(file.read(1 << 21), given["mapping"])
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound(f"{given['mapping']}: {(error.strerror or '').lower()}", "name a mapping file") from None
    mapping = with_pairs(mapping, [_pair(word, "--map", "COLUMN=KEY") for word in given["pairs"]])
    formats = dict(_pair(word, "--date", "COLUMN=FORMAT") for word in given["dates"])
    wins = {key: given[key] for key in ("encoding", "delimiter") if given[key]}
    return with_formats(mapping, formats)._replace(**wins)


def _pair(word: str, option: str, form: str) -> tuple[str, str]:
    left, sign, right = (word.rpartition if option == "--map" else word.partition)("=")
    if not sign or not left or not right:
        raise UsageError(f"{option} {word}: not in the form {form}", f"write {option} {form}")
    return left, right


def _zone(app: App, name: str | None) -> tzinfo:
    from zoneinfo import ZoneInfo

    name = name or app.settings.timezone
    if not is_zone(name):
        near = nearest_zone(name)
        raise UsageError(f"no time zone {name!r}", f"did you mean {near}?" if near else "such as Asia/Shanghai or UTC")
    return ZoneInfo(name)


@contextmanager
def _opened(name: str) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size; what can be read only once is put into a file of its own first."""
    try:
        data: Any = standard_input() if name == "-" else open(name, "rb")  # noqa: SIM115
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise NotFound(f"{name}: {(error.strerror or '').lower()}", "name a file, or - for standard input") from None
    with tempfile.TemporaryFile() as spool, data:
        if name == "-" or not data.seekable():
            shutil.copyfileobj(data, spool, 1 << 20)
            spool.seek(0)
            data = spool
        size = data.seek(0, os.SEEK_END)
        data.seek(0)
        yield data, size
