"""What `rules test` answers: a diff of wanted and got that is read at a glance, JSON, JUnit and annotations."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from ticketcli.cli.annotations import Annotation
from ticketcli.cli.escape import escape
from ticketcli.cli.widths import pad, width
from ticketcli.domain.counts import counted
from ticketcli.domain.events import Event
from ticketcli.domain.instants import Instant, format_instant
from ticketcli.domain.scenario import Difference, Outcome, Trouble
from ticketcli.records import NamedTuple
from ticketcli.rulebook.problems import Problem

_EPOCH = datetime(1970, 1, 1)
_NONE = "-"
_HEAD = ("WHERE", "WHEN", "KEY", "WANTED", "GOT")
_MOST = 80
"""So many characters of a value are shown; with two of them a line is read at a glance."""
_BEFORE = 30
"""So many of those lie before the place where two long texts part."""


def count_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """`{"passed", "failed", "errors", "results": […]}` (design section 7)."""
    kinds = [outcome.outcome for outcome in outcomes]
    counts = {"passed": kinds.count("passed"), "failed": kinds.count("failed"), "errors": kinds.count("error")}
    return {**counts, "results": [result_json(outcome) for outcome in outcomes]}


def result_json(outcome: Outcome) -> dict[str, Any]:
    """One scenario: `differences` are `{"key", "wanted", "got", "at"}`, `problems` as `rules check` tells them."""
    return {
        "name": outcome.name,
        "file": outcome.file,
        "line": outcome.spot.line,
        "outcome": outcome.outcome,
        "differences": [_difference_json(difference) for difference in outcome.differences],
        "problems": [problem_of(outcome, trouble).as_json() for trouble in outcome.troubles],
    }


def _difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "key": f"{difference.on}.{difference.key}" if difference.on else difference.key,
        "wanted": difference.wanted,
        "got": difference.got,
        "at": format_instant(difference.at),
    }


def problem_of(outcome: Outcome, trouble: Trouble) -> Problem:
    spot, _, *words = trouble
    return Problem(outcome.file, *spot, "error", trouble.code, trouble.message, trouble.text, trouble.suggestion)


def summary(outcomes: Sequence[Outcome]) -> str:
    """`14 scenarios: 12 passed, 1 failed, 1 error`."""
    counts = count_json(outcomes)
    said = [f"{counts['passed']} passed"]
    said += [f"{counts['failed']} failed"] if counts["failed"] else []
    errors = counts["errors"]
    said += [counted(errors, "error")] if errors else []
    return f"{counted(len(outcomes), 'scenario')}: {', '.join(said)}"


def text_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Nothing of what passed; of the others what was wanted and what is there instead."""
    for outcome in outcomes:
        if outcome.outcome == "passed":
            continue
        yield f"{outcome.outcome}: {outcome.name}"
        for trouble in outcome.troubles:
            problem = problem_of(outcome, trouble)
            yield f"  {problem.file}:{problem.line}:{problem.column}: {problem.said} [{problem.code}]"
        yield from difference_lines(outcome)
        yield ""


class _Row(NamedTuple):
    """One line of the diff; `mark` stands before what differs."""

    where: str
    when: str
    key: str
    mark: str
    wanted: str
    got: str
    at: str = ""
    rule: str = ""
    place: str = ""


def difference_lines(outcome: Outcome) -> Iterator[str]:
    """The differences in columns: where in the file, when, which key, wanted, got; of events each with its rule."""
    if not outcome.differences:
        return
    rows = [_Row(*_HEAD[:3], "", *_HEAD[3:]), *(row for one in outcome.differences for row in _rows(outcome, one))]
    cells = [[escape(cell) for cell in row] for row in rows]
    columns = [max(width(row[n]) for row in cells) for n in range(len(_Row._fields))]
    columns[5] = max(width(row[5]) for row in cells if row[6] or row is cells[0])  # others have nothing beside
    for row in cells:
        yield ("  " + "  ".join(map(pad, row, columns))).rstrip()


def _rows(outcome: Outcome, difference: Difference) -> Iterator[_Row]:
    where = f"{outcome.file}:{difference.spot.line}"
    when = f"{_offset(difference.at - outcome.start)} {_clock(difference.at, outcome)}"
    key = f"{difference.on}: {difference.key}" if difference.on else difference.key
    for pair in _pairs(outcome, difference):
        yield _Row(where, when, key, *pair)
        where = when = key = ""


def _offset(seconds: int) -> str:
    """As a scenario writes it: `+40h30m`."""
    hours, rest = divmod(abs(seconds), 3600)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (rest // 60, "m"), (rest % 60, "s")) if count]
    return f"{'-' if seconds < 0 else '+'}{''.join(parts) or '0s'}"


Pair = tuple[str, ...]
"""Mark, wanted, got; of an event also when, rule, and where that stands."""


def _pairs(outcome: Outcome, difference: Difference) -> Iterator[Pair]:
    if difference.key == "events":
        yield from _event_pairs(outcome, difference)
    elif isinstance(difference.wanted, list) and isinstance(difference.got, list) and difference.key == "messages":
        yield from _aligned([_said(one) for one in difference.wanted], [_said(one) for one in difference.got])
    else:
        yield "!", *_parting(_shown(difference.wanted, outcome), _shown(difference.got, outcome))


def _event_pairs(outcome: Outcome, difference: Difference) -> Iterator[Pair]:
    rows = iter(difference.rows)
    if not difference.wanted:
        yield "", "none", ""
    for mark, wanted, got in _aligned(difference.wanted, [event.kind for event in difference.rows]):
        yield mark, wanted, got, *(() if got == _NONE else _event(next(rows), outcome))


def _aligned(wanted: Sequence[str], got: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Both lists beside each other: what is in both on one line, what is missing or too much on one of its own."""
    from difflib import SequenceMatcher

    for tag, low, high, first, last in SequenceMatcher(None, wanted, got, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (("", word, word) for word in wanted[low:high])
            continue
        yield from (("!", word, _NONE) for word in wanted[low:high])
        yield from (("!", _NONE, word) for word in got[first:last])


def _event(event: Event, outcome: Outcome) -> tuple[str, str, str]:
    rule = event.rule
    return _offset(event.at - outcome.start), rule.name if rule else "", f"{rule.file}:{rule.line}" if rule else ""


def _parting(wanted: str, got: str) -> tuple[str, str]:
    """Both as they are; of long ones a few words, from a little before where they part."""
    if max(len(wanted), len(got)) <= _MOST:
        return wanted, got
    start = max(0, len(os.path.commonprefix((wanted, got))) - _BEFORE)
    return _cut(wanted, start), _cut(got, start)


def _cut(text: str, start: int) -> str:
    end = start + _MOST
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _clock(at: Instant, outcome: Outcome) -> str:
    """On the clock that the scenario starts on."""
    return (_EPOCH + timedelta(seconds=at + outcome.offset)).strftime("%a %Y-%m-%d %H:%M:%S").removesuffix(":00")


def _shown(value: Any, outcome: Outcome) -> str:
    if value is None or value in ([], {}):
        return "nothing"
    if isinstance(value, str):
        return _instant(value, outcome) or value
    return _said(value)


def _instant(text: str, outcome: Outcome) -> str:
    from ticketcli.domain.instants import parse_instant
    from ticketcli.errors import Invalid

    try:
        return _clock(parse_instant(text), outcome)
    except Invalid:
        return ""


def _said(value: Any) -> str:
    """A value much as the file has it; braces stand around maps in lists and maps only."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_inner(inner)}" for key, inner in value.items())
    return str(value)


def _inner(value: Any) -> str:
    return f"{{{_said(value)}}}" if isinstance(value, dict) else _said(value)


def annotations_of(outcomes: Sequence[Outcome]) -> Iterator[Annotation]:
    """An error at the line of each expectation that does not hold, and of each problem."""
    for outcome in outcomes:
        for trouble in outcome.troubles:
            problem = problem_of(outcome, trouble)
            yield Annotation("error", problem.said, problem.file, problem.line, problem.column, outcome.name)
        for one in outcome.differences:
            wanted, got = _parting(_shown(one.wanted, outcome), _shown(one.got, outcome))
            message = f"{one.key}: wanted {wanted}, got {got}"
            at = f" at {_clock(one.at, outcome)}"
            yield Annotation("error", message + at, outcome.file, one.spot.line, one.spot.column, outcome.name)
