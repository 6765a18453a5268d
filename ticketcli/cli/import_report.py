"""What `ticket import` answers: every problem with its place, and exactly what was done."""

from __future__ import annotations

import json
import tempfile
from typing import Any, TextIO

from ticketcli.app import App
from ticketcli.cli.escape import escape
from ticketcli.cli.output import ids_text, json_text, write
from ticketcli.domain.rows import RowProblem, said
from ticketcli.services.importing import Done


class Report:
    """Collects while the import runs. Problems go to stdout as they are found, or into a file until the JSON is due."""

    def __init__(self, app: App, file: str, source: str) -> None:
        self._app, self._file, self._source = app, file, source
        self.done: list[Done] = []
        self.problems = 0
        self._spool = _spool() if app.call.output == "json" else None

    def problem(self, problem: RowProblem) -> None:
        self.problems += 1
        if self._spool is not None:
            self._spool.write((", " if self.problems > 1 else "") + json_text(problem._asdict()))
        else:
            write(f"{escape(_line(self._file, problem))}\n", done=self._stands())

    def add(self, done: Done) -> None:
        """A commit that stands."""
        self.done.append(done)
        for first, last in done.numbers if self._app.call.output == "ids" else ():
            write(ids_text(range(first, last + 1)), done=self._stands())

    def total(self, key: str) -> int:
        """The sum of a count over all commits."""
        return sum(getattr(done, key) for done in self.done)

    def finish(self, known: dict[str, Any]) -> None:
        """Writes the JSON report, if that is what was asked for; `known` are its keys about the file."""
        if self._spool is not None:
            with self._spool:
                self._write_json(self._spool, known)

    def _write_json(self, spool: TextIO, known: dict[str, Any]) -> None:
        totals = {key: self.total(key) for key in ("created", "unchanged", "differing", "refused")}
        report = {
            "run": self._app.run,
            "file": self._file,
            "source": self._source,
            **known,
            **totals,
            "commits": [done._asdict() for done in self.done],
        }
        spool.seek(0)
        write(json.dumps(report, ensure_ascii=True)[:-1] + ', "problems": [', done=self._stands())
        while text := spool.read(1 << 20):
            write(text, done=self._stands())
        write("]}\n", done=self._stands())

    def _stands(self) -> str:
        created = self.total("created")
        return f"{created} tickets were imported" if created and not self._app.call.dry_run else ""


def _spool() -> TextIO:
    return tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open until the report is written


def _line(file: str, problem: RowProblem) -> str:
    """`file:line: column: message: 'value' (did you mean …?)`."""
    value = f": {problem.value!r}" if problem.value and repr(problem.value) not in problem.message else ""
    near = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
    return f"{file}:{problem.line}: {said(problem)}{value}{near}"
