"""JUnit reports: what is read of them, what is refused, and which tickets they ask for."""

from __future__ import annotations

import pytest

from ticketcli.domain.signals import FIRING, RESOLVED
from ticketcli.errors import Invalid
from ticketcli.intake.junit import MAX_TEXT, Asked, Case, read_report, signals

REPORT = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest">
  <testcase classname="tests.pay" name="card" file="pay.py" line="12"><failure message="1 != 2">def card():
    assert 1 &lt; 0 <![CDATA[<&>]]></failure></testcase>
  <testcase classname="tests.pay" name="refund"><error type="OSError"/><system-out>noise</system-out></testcase>
  <testcase classname="tests.pay" name="ok"><system-out>fine</system-out></testcase>
  <testcase classname="tests.pay" name="later"><skipped message="not yet"/></testcase>
  <testsuite name="inner"><testcase name="deep"/></testsuite>
</testsuite></testsuites>"""


def test_a_report_is_read() -> None:
    assert read_report(REPORT, "r.xml") == [
        Case("tests.pay", "card", "failed", "1 != 2", "def card():\n    assert 1 < 0 <&>", "pay.py", "12"),
        Case("tests.pay", "refund", "failed", "OSError"),
        Case("tests.pay", "ok", "passed"),
        Case("tests.pay", "later", "skipped"),
        Case("inner", "deep", "passed"),
    ]


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><testsuite name='&b;'/>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite>&a;</testsuite>"
REFUSED = {
    "an entity bomb": (BOMB, "line 1: a document type is refused"),
    "a file from outside": (OUTSIDE, "line 1: a document type is refused"),
    "an entity that nobody defines": ("<testsuite>&x;</testsuite>", "line 1: not XML"),
    "half a report": ("<testsuite>\n<testcase", "line 2: not XML"),
    "nothing": ("", "not XML"),
    "a page": ("<html></html>", "no <testsuite>"),
    "depth": ("<testsuite>" + "<a>" * 70, "nested deeper"),
    "a NUL byte": ("<testsuite>\0</testsuite>", "not XML"),
    "an encoding that is none": ("<?xml version='1.0' encoding='nope'?><testsuite/>", "not XML"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_report_is_refused_with_its_place(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        read_report(text.encode(), "r.xml")
    assert caught.value.message.startswith("r.xml")


def test_a_long_trace_is_cut() -> None:
    text = f"<testsuite><testcase name='a'><failure>{'x' * 5_000_000}</failure></testcase></testsuite>"
    (case,) = read_report(text.encode(), "r.xml")
    assert len(case.text) == MAX_TEXT


def failing(*names: str) -> list[Case]:
    return [Case("s", name, "failed", "no") for name in names]


def test_what_fails_fires_and_what_passed_again_is_resolved() -> None:
    held = {"junit job/s.b", "junit job/s.c", "junit job/s.gone"}
    cases = [*failing("a"), Case("s", "b", "passed"), Case("s", "c", "skipped")]
    found = signals(cases, Asked("job", "case", 20, held, note="at 1a2b"))
    assert [(one.key, one.state) for one in found] == [("junit job/s.a", FIRING), ("junit job/s.b", RESOLVED)]
    assert found[1].comment == "passes again\n\nat 1a2b"


def test_names_that_differ_only_far_behind_are_two_cases() -> None:
    first, second = signals(failing("x" * 600 + "1", "x" * 600 + "2"), Asked("y" * 300, "case", 20))
    assert first.key != second.key and len(first.key) == len(second.key) == 500
    (again, well) = signals(
        [*failing("x" * 600 + "1"), Case("s", "x" * 600 + "2", "passed")],
        Asked("y" * 300, "case", 20, {first.key, second.key}),
    )
    assert [(again.key, again.state), (well.key, well.state)] == [(first.key, FIRING), (second.key, RESOLVED)]


def test_a_case_that_fails_once_and_passes_once_is_broken() -> None:
    held = {"junit s.a"}
    found = signals([Case("s", "a", "passed"), *failing("a")], Asked("", "case", 20, held))
    assert [one.state for one in found] == [FIRING]


def test_beyond_the_most_tickets_one_more_lists_the_rest_and_ends_with_it() -> None:
    asked = Asked("", "case", 2, {"junit s.d"})
    found = signals(failing("a", "b", "c", "d"), asked)
    assert [one.key for one in found] == ["junit s.d", "junit s.a", "junit more"], "those with a ticket keep it"
    assert (found[2].facts["subject"], found[2].facts["description"]) == ("2 more failing tests", "s b\ns c")
    (again, rest) = signals(failing("a"), asked._replace(held={"junit more", "junit s.a"}))
    assert [(again.key, again.state), (rest.key, rest.state)] == [("junit s.a", FIRING), ("junit more", RESOLVED)]


def test_a_suite_has_one_ticket_for_all_its_cases() -> None:
    (one,) = signals([*failing("a", "b"), Case("s", "c", "passed")], Asked("", "suite", 20))
    assert (one.key, one.facts["subject"]) == ("junit s", "s: 2 failing")
