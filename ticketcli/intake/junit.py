"""JUnit XML: the cases of a test report, and which tickets they ask for.

The parser is expat with everything but elements refused: no document type, so no entity, no file, no bomb. What is kept
of a report is its failing cases, each text cut, and the names of those that passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from xml.parsers import expat

from ticketcli.domain.signals import FIRING, RESOLVED, Signal, clipped, told_apart
from ticketcli.domain.ticket import JsonMap
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

MAX_BYTES = 256 << 20
MAX_DEPTH = 64
MAX_CASES = 1_000_000
MAX_TEXT = 16 << 10
"""Characters kept of what a case says: the beginning of a long trace tells most."""
_FAILING = ("failure", "error")
_SUBJECT = 500


class Case(NamedTuple):
    """One test case. `outcome` is passed, failed or skipped."""

    suite: str
    name: str
    outcome: str
    message: str = ""
    text: str = ""
    file: str = ""
    line: str = ""


def read_report(data: bytes, where: str) -> list[Case]:
    """The cases of one report. Raises `Invalid`, naming the line, for what is no such report."""
    if len(data) > MAX_BYTES:
        raise Invalid(f"{where}: more than {MAX_BYTES:,} bytes", "split the report")
    reading = _Reading(where)
    try:
        reading.parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "no XML")
        raise Invalid(f"{where}, line {error.lineno}: not XML ({what})", "look at what wrote the file") from None
    except (LookupError, ValueError) as error:
        raise Invalid(f"{where}: not XML ({error})", "look at what wrote the file") from None
    if not reading.is_report:
        raise Invalid(f"{where}: no JUnit report: it holds no <testsuite>", "name the XML file of a test run")
    return reading.cases


class _Reading:
    """The state between expat's calls."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.cases: list[Case] = []
        self.is_report = False
        self.suites: list[str] = []
        self.path: list[str] = []
        self.case: dict[str, str] | None = None
        self.texts: list[str] = []
        self.kept = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def doctype(self, *_: Any) -> None:
        raise self._wrong("a document type is refused: it may define entities", "remove the <!DOCTYPE …>")

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.path.append(tag)
        if len(self.path) > MAX_DEPTH:
            raise self._wrong(f"nested deeper than {MAX_DEPTH}", "look at what wrote the file")
        if tag in ("testsuite", "testsuites"):
            self.is_report = True
            self.suites.append(given.get("name", "") if tag == "testsuite" else "")
        elif tag == "testcase":
            suite = given.get("classname") or next((name for name in reversed(self.suites) if name), "")
            known = {"suite": suite, "name": given.get("name", ""), "outcome": "passed"}
            self.case = {**known, **{key: given[key] for key in ("file", "line") if key in given}}
            self.texts, self.kept = [], 0
        elif self.case is not None and tag in _FAILING and self.case["outcome"] != "failed":
            self.case["outcome"] = "failed"
            self.case["message"] = clipped(given.get("message") or given.get("type", ""), MAX_TEXT)
        elif self.case is not None and tag == "skipped" and self.case["outcome"] == "passed":
            self.case["outcome"] = "skipped"

    def characters(self, text: str) -> None:
        if self.case is not None and self.path[-1] in _FAILING and self.kept < MAX_TEXT:
            self.texts.append(text)
            self.kept += len(text)

    def end(self, tag: str) -> None:
        self.path.pop()
        if tag in ("testsuite", "testsuites"):
            self.suites.pop()
        elif tag == "testcase" and self.case is not None:
            self.cases.append(Case(**self.case, text=clipped("".join(self.texts).strip(), MAX_TEXT)))
            self.case = None
            if len(self.cases) > MAX_CASES:
                raise self._wrong(f"more than {MAX_CASES:,} cases", "split the report")

    def _wrong(self, what: str, hint: str) -> Invalid:
        return Invalid(f"{self.where}, line {self.parser.CurrentLineNumber}: {what}", hint)


class Broken(NamedTuple):
    """A ticket that a report asks for: about one case, or about one suite and its failing cases."""

    key: str
    cases: tuple[Case, ...]


class Asked(NamedTuple):
    """`scope` tells the tests of one job from those of another; `held` are the keys of tickets not resolved yet."""

    scope: str
    per: str
    max_tickets: int
    held: Collection[str] = ()
    facts: JsonMap = {}
    reopen_within: int | None = None
    note: str = ""
    """Where the report comes from, such as the address of the pipeline."""


def prefix_of(scope: str) -> str:
    """What the keys of all tickets of one scope begin with."""
    return f"junit {told_apart(scope, 200)}/" if scope else "junit "


def signals(cases: Iterable[Case], asked: Asked) -> list[Signal]:
    """Failing ones first, as many as there may be tickets, the rest in one; then what is well again.

    Something is well again when a ticket holds its key and the report shows that it passed. What a report does not
    mention, and what it skipped, stays as it is.
    """
    broken, passed = _sorted(cases, asked)
    known = [one for one in broken if one.key in asked.held]
    wanted = [*known, *(one for one in broken if one.key not in asked.held)]
    own, rest = wanted[: asked.max_tickets], wanted[asked.max_tickets :]
    found = [_firing(one, asked) for one in own]
    more = f"{prefix_of(asked.scope)}more"
    if rest:
        found.append(_more(more, rest, asked))
    well = [key for key in sorted(asked.held) if key in passed or (key == more and not rest)]
    return found + [Signal(key, RESOLVED, {}, comment=_said("passes again", asked.note)) for key in well]


def _sorted(cases: Iterable[Case], asked: Asked) -> tuple[list[Broken], set[str]]:
    """What is broken, in the order of the report, and the keys of what passed and did not fail besides."""
    failing: dict[str, list[Case]] = {}
    passed: set[str] = set()
    prefix = prefix_of(asked.scope)
    for case in cases:
        thing = case.suite if asked.per == "suite" else f"{case.suite}.{case.name}" if case.suite else case.name
        key = told_apart(prefix + " ".join(thing.split()), _SUBJECT)
        if case.outcome == "failed":
            failing.setdefault(key, []).append(case)
        elif case.outcome == "passed":
            passed.add(key)
    return [Broken(key, tuple(found)) for key, found in failing.items()], passed - failing.keys()


def _firing(broken: Broken, asked: Asked) -> Signal:
    first, count = broken.cases[0], len(broken.cases)
    if asked.per == "suite":
        subject = f"{first.suite or 'tests'}: {count} failing" if count > 1 else f"{first.suite}: {first.name} fails"
    else:
        subject = f"{first.name} fails" + (f": {first.message.strip()}" if first.message.strip() else "")
    text = "\n\n".join(_told(case) for case in broken.cases[:50])
    return _opened(broken.key, subject, text, asked)


def _more(key: str, rest: Sequence[Broken], asked: Asked) -> Signal:
    lines = [f"{one.cases[0].suite} {one.cases[0].name}".strip() for one in rest]
    shown = "\n".join(clipped(line, _SUBJECT) for line in lines[:500])
    subject = f"{len(rest)} more failing tests" if len(rest) > 1 else "1 more failing test"
    return _opened(key, subject, shown, asked)


def _opened(key: str, subject: str, text: str, asked: Asked) -> Signal:
    told = {"subject": clipped(" ".join(subject.split()), _SUBJECT), "description": _said(text, asked.note)}
    labels = [*asked.facts.get("labels", ()), "junit"]
    return Signal(key, FIRING, {**asked.facts, **told, "labels": labels}, asked.reopen_within)


def _told(case: Case) -> str:
    place = f"{case.file}:{case.line}" if case.file and case.line else case.file
    parts = (f"{case.suite} {case.name}".strip(), place, case.message, case.text)
    return "\n".join(part for part in parts if part)


def _said(text: str, note: str) -> str:
    return f"{text}\n\n{note}".strip() if note else text
