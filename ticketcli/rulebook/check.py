"""Rule files checked as one rulebook: every problem at once, and the bound rulebook when there is no error."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.errors import NotFound
from ticketcli.records import NamedTuple
from ticketcli.rulebook import channels, desks, lifecycles, sense
from ticketcli.rulebook.bind import bind
from ticketcli.rulebook.calendars import build_calendars
from ticketcli.rulebook.checks.book import Book
from ticketcli.rulebook.checks.table import CHECKS
from ticketcli.rulebook.conditions import parse_conditions
from ticketcli.rulebook.files import MAX_BYTES, SUFFIX, RuleFile, read_file, rule_names
from ticketcli.rulebook.known import Known, Section, texts
from ticketcli.rulebook.problems import Finding, Pointer, Problem, has_errors, json_pointer
from ticketcli.rulebook.reader import Budget, Document, read_yaml
from ticketcli.rulebook.rules import RULE_SECTIONS, Report, Rule, all_rules
from ticketcli.rulebook.schema import judge, load_schema

_LONGEST = 400
"""Characters of a message, or of an offending text."""


class Checked(NamedTuple):
    """`bound` is None when a problem is an error or something could not be checked; `notes` say what was not.

    `zones` are the time zones that the files name, whether they exist or not.
    """

    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    zones: tuple[str, ...]
    bound: dict[str, Any] | None


def check(paths: Sequence[str], *, complete: bool = False, now: Instant | None = None) -> Checked:
    """Exactly these files and the `*.yaml` of these folders as one rulebook.

    References to sections that none of them holds are notes; with `complete` they are problems. Without `now` nothing
    is said that depends on the time.
    Raises `NotFound` for a path that is not there.
    """
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if os.path.isdir(path):
            names, others = _in_folder(path)
            found.update(dict.fromkeys(names))
            problems += others
        elif os.path.lexists(path):
            found[path] = None
        else:
            raise NotFound(f"no such file or folder: {path}", "check the path")
    checked = check_files([read_file(path, path, MAX_BYTES) for path in found], complete=complete, now=now)
    return checked._replace(problems=tuple(sorted([*problems, *checked.problems])))


def _in_folder(path: str) -> tuple[list[str], list[Problem]]:
    """The rule files of a folder, and warnings about what is passed over."""
    names = rule_names(path)
    over = [name for name in sorted(os.listdir(path)) if name.endswith(".yml")]
    message = f"not read: rule files end in {SUFFIX}"
    problems = [Problem(os.path.join(path, name), 1, 1, "", "warning", "not-read", message, name) for name in over]
    if not names:
        problems.append(Problem(path, 1, 1, "", "warning", "no-rules", f"no *{SUFFIX} in this folder"))
    return [os.path.join(path, name) for name in names], problems


def check_files(files: Sequence[RuleFile], *, complete: bool, now: Instant | None = None) -> Checked:
    """The same for files that were read already."""
    checking = _Checking(complete, now)
    bound = checking.run(files)
    problems = tuple(sorted(set(checking.problems)))
    return Checked(tuple(file.name for file in files), problems, checking.notes, checking.zones(), bound)


def check_document(name: str, document: Document) -> Checked:
    """The same for sections that stand somewhere in a file of another kind, which are the whole rulebook."""
    checking = _Checking(complete=True, now=None)
    checking.documents[name] = document
    bound = checking.judge()
    return Checked((name,), tuple(sorted(set(checking.problems))), checking.notes, checking.zones(), bound)


class _Checking:
    """One run: what was read, what was found."""

    def __init__(self, complete: bool, now: Instant | None) -> None:
        self.complete, self.now = complete, now
        self.problems: list[Problem] = []
        self.notes: tuple[str, ...] = ()
        self.budget = Budget()
        self.documents: dict[str, Document] = {}
        self.sections: dict[str, Section] = {}
        self.unread: set[tuple[str, str]] = set()
        """File and pointer of values that were refused when read: nothing more is said about them."""
        self.lost: list[str] = []
        """Files that could not be read at all: nobody knows which sections stand in them."""

    def run(self, files: Iterable[RuleFile]) -> dict[str, Any] | None:
        for file in files:
            self.read(file)
        return self.judge()

    def judge(self) -> dict[str, Any] | None:
        """Finds what is wrong with the documents that were read; their bound rulebook when nothing is."""
        self.collect()
        calendars, unbuilt = build_calendars(self.value("calendars"))
        known = Known(self.sections, calendars, complete=self.complete and not self.lost)
        rules = list(all_rules(self.sections))
        nodes = parse_conditions(rules, self.sections, known, self.report)
        self.against_schema(known)
        self.tell_of(unbuilt)
        self.sense(rules, known)
        book = Book(self.sections, rules, nodes, known, self.now)
        for found in (found for check in CHECKS for found in check(book)):
            self.report(found.pointer, found.finding, key=found.key)
        self.notes = self.unknown() if self.lost else known.notes()
        if has_errors(self.problems) or self.notes:
            return None
        return bind(self.sections, rules, nodes)

    def read(self, file: RuleFile) -> None:
        if file.error:
            message = f"cannot be read: {file.error}"
            self.problems.append(Problem(file.name, 1, 1, "", "error", "unreadable", message))
            self.lost.append(file.name)
            return
        document, refused = read_yaml(file.data, self.budget)
        for line, column, pointer, finding in refused:
            self.problems.append(Problem(file.name, line, column, json_pointer(pointer), *_said(finding)))
        if document is None:
            self.lost.append(file.name)
            return
        self.unread.update((file.name, json_pointer(pointer)) for _, _, pointer, finding in refused if pointer)
        self.documents[file.name] = document

    def unknown(self) -> tuple[str, ...]:
        """What was not checked because a file cannot be read: whatever follows from that is not told."""
        return (f"what {', '.join(self.lost)} should hold is not known, so references to it were not checked",)

    def collect(self) -> None:
        """Finds the sections; one that stands in two files is a problem in the second."""
        for name, document in self.documents.items():
            if not isinstance(document.value, dict):
                continue
            for key, value in document.value.items():
                if key in self.sections:
                    first = self.sections[key].file
                    message = f"the section {key} stands in {first} already: a section stands in one file only"
                    self.at(name, document, (key,), Finding("section-twice", message, text=key), key=True)
                elif key != "schema":
                    self.sections[key] = Section(name, document, value)
            if not set(document.value) - {"schema"}:
                self.at(name, document, (), Finding("empty", "the file holds no section"))

    def against_schema(self, known: Known) -> None:
        """Schema mistakes, but not within conditions of which the parser said something already: it says it better."""
        told = {(problem.file, problem.pointer) for problem in self.problems}
        mistakes = judge(load_schema("rules"), known)
        for name, document in self.documents.items():
            for pointer, key, finding in mistakes(document.value):
                if not _in_told_condition(name, pointer, told):
                    self.at(name, document, pointer, finding, key=key)

    def tell_of(self, unbuilt: list[tuple[Pointer, Finding]]) -> None:
        """What building says about parts of calendars of which the schema said nothing."""
        told = [(problem.file, f"{problem.pointer}/") for problem in self.problems]
        for pointer, finding in unbuilt:
            file, place = self.sections["calendars"].file, f"{json_pointer(pointer)}/"
            if not any(name == file and (at.startswith(place) or place.startswith(at)) for name, at in told):
                self.report(pointer, finding)

    def sense(self, rules: list[Rule], known: Known) -> None:
        lifecycles.check_lifecycle(self.value("lifecycle"), known, self.within("lifecycle"))
        desks.check_people(self.value("people"), known, self.within("people"))
        desks.check_teams(self.value("teams"), known, self.within("teams"))
        channels.check_channels(self.value("channels"), self.within("channels"))
        desks.check_roles(self.sections, rules, self.report)
        sense.check_catch_all(self.value("routing"), self.within("routing"))
        names: dict[tuple[str, str], int] = {}
        for rule in rules:
            sense.check_rule(rule, known, self.within(*rule.pointer))
            self.unique(rule, names)

    def unique(self, rule: Rule, names: dict[tuple[str, str], int]) -> None:
        name = rule.raw.get("name")
        if not isinstance(name, str):
            return
        line = self.sections[rule.section].document.at((*rule.pointer, "name")).line
        first = names.setdefault((rule.section, name), line)
        if first != line:
            message = f"a second {rule.section} rule {name}, the first is on line {first}: names must differ"
            self.report((*rule.pointer, "name"), Finding("duplicate", message, text=name))

    def zones(self) -> tuple[str, ...]:
        calendars, schedules = self.value("calendars"), self.value("schedules")
        raws = list(calendars.values()) if isinstance(calendars, dict) else []
        raws += schedules if isinstance(schedules, list) else []
        return tuple(sorted(set(texts([raw.get("timezone") for raw in raws if isinstance(raw, dict)]))))

    def value(self, section: str) -> Any:
        return self.sections[section].value if section in self.sections else None

    def within(self, *around: str | int) -> Report:
        """A report whose pointers begin behind `around`."""

        def report(pointer: Pointer, finding: Finding, *, key: bool = False) -> None:
            self.report((*around, *pointer), finding, key=key)

        return report

    def report(self, pointer: Pointer, finding: Finding, *, key: bool = False) -> None:
        """Adds a problem in the section with which the pointer begins."""
        section = self.sections[str(pointer[0])]
        self.at(section.file, section.document, pointer, finding, key=key)

    def at(self, file: str, document: Document, pointer: Pointer, finding: Finding, *, key: bool = False) -> None:
        place = document.at(pointer)
        line, column = (place.key_line, place.key_column) if key else (place.line, place.column)
        if (file, json_pointer(pointer)) not in self.unread:
            self.problems.append(Problem(file, line, column, json_pointer(pointer), *_said(finding)))


def _said(finding: Finding) -> tuple[str, str, str, str, str]:
    """What a problem tells; a text of a megabyte is not told whole."""
    return finding.level, finding.code, _cut(finding.message), _cut(finding.text), finding.suggestion


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _in_told_condition(file: str, pointer: Pointer, told: set[tuple[str, str]]) -> bool:
    """Whether the pointer lies in a condition of a rule about which something was said."""
    for depth, part in enumerate(pointer):
        if part in ("when", "unless") and pointer[0] in RULE_SECTIONS:
            prefix = json_pointer(pointer[: depth + 1])
            return any(name == file and (at == prefix or at.startswith(prefix + "/")) for name, at in told)
    return False
