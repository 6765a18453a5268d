"""`-o junit`: what test servers read, one suite per file and one case per scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape as quoted
from xml.sax.saxutils import quoteattr

from ticketcli.cli.escape import escape
from ticketcli.cli.scenario_report import difference_lines, problem_of
from ticketcli.domain.scenario import Outcome


def junit_text(outcomes: Sequence[Outcome]) -> str:
    """The report as XML; no times, so that the same scenarios give the same bytes."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counts(outcomes)}>"]
    for file, group in groupby(outcomes, key=lambda outcome: outcome.file):
        cases = list(group)
        lines.append(f"  <testsuite name={_attribute(file)} {_counts(cases)}>")
        for case in cases:
            lines += _case(case)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _counts(outcomes: Sequence[Outcome]) -> str:
    kinds = [outcome.outcome for outcome in outcomes]
    return f'tests="{len(kinds)}" failures="{kinds.count("failed")}" errors="{kinds.count("error")}"'


def _case(outcome: Outcome) -> Iterator[str]:
    named = f"name={_attribute(outcome.name)} classname={_attribute(outcome.file)}"
    head = f'    <testcase {named} file={_attribute(outcome.file)} line="{outcome.spot.line}"'
    if outcome.outcome == "passed":
        yield f"{head}/>"
        return
    yield f"{head}>"
    if outcome.troubles:
        said = [problem_of(outcome, trouble).as_line() for trouble in outcome.troubles]
        yield _element("error", said[0], said)
    else:
        keys = ", ".join(dict.fromkeys(difference.key for difference in outcome.differences))
        yield _element("failure", f"{keys} not as expected", list(difference_lines(outcome)))
    yield "    </testcase>"


def _element(name: str, message: str, lines: Sequence[str]) -> str:
    text = quoted("\n".join(escape(line) for line in lines))
    return f"      <{name} message={_attribute(message)}>{text}</{name}>"


def _attribute(text: str) -> str:
    """XML has no way to hold control characters; they stand as their codes."""
    return quoteattr(escape(text))
