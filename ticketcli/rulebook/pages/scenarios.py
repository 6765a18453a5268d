"""Pages about scenario files."""

from __future__ import annotations

from ticketcli.rulebook.page import Files, Page


def _file(ticket: str, more: str = "") -> Files:
    """A scenario of a ticket, without rules, and more lines of it."""
    return {"scenario.yaml": f"- name: a\n  start: 2026-03-02T09:00:00Z\n  rules: {{}}\n{ticket}{more}"}


def _step(*steps: str) -> Files:
    return _file("  ticket: {subject: x}\n", "  timeline:\n" + "".join(f"    - {step}\n" for step in steps))


def _facts(facts: str) -> Files:
    return _file(f"  ticket: {facts}\n")


def _expect(wanted: str) -> Files:
    return _file("  ticket: {subject: x}\n", f"  expect: {wanted}\n")


_SEVERAL = "  tickets: {a: {subject: x}, b: {subject: y}}\n"
PAGES = (
    Page(
        "backwards",
        "error",
        "a step lies before the one above it",
        "Steps stand in the order in which they happen. A row of sweeps lasts until its `until`.",
        bad=_step("{at: +2h, do: resolve}", "{at: +1h, sweep: true}"),
        cured=_step("{at: +1h, sweep: true}", "{at: +2h, do: resolve}"),
    ),
    Page(
        "bad-instant",
        "error",
        "the text is no instant",
        "An instant has a date, a time and a zone. Most times of a scenario may be offsets from its start too.",
        bad=_expect("{closed_at: tomorrow}"),
        cured=_expect("{closed_at: null}"),
    ),
    Page(
        "bad-moment",
        "error",
        "the text is neither an offset nor an instant",
        "Write an offset from the start such as `+1h` or `-3d`, or an instant with its zone.",
        bad=_step("{at: 1x, sweep: true}"),
        cured=_step("{at: +1h, sweep: true}"),
    ),
    Page(
        "bad-value",
        "error",
        "a verb cannot be done so",
        "The value says what the flags of the command say. `ticket COMMAND --help` shows them.",
        bad=_step("{at: +1h, do: {extend: 2x}}"),
        cured=_step("{at: +1h, do: {extend: 2d}}"),
    ),
    Page(
        "contradiction",
        "error",
        "two given facts cannot both be",
        "What is given of a ticket's past is written as events; the message says to what the others come.",
        bad=_facts("{subject: x, status: open, resolved_at: -1h}"),
        cured=_facts("{subject: x, status: resolved, resolved_at: -1h}"),
    ),
    Page(
        "derived",
        "error",
        "a scenario cannot give what follows from events or rules",
        "Give what leads to it: statuses, times, comments. What must come of it belongs under `expect`.",
        bad=_facts("{subject: x, wake_at: +1h}"),
        cured=_facts("{subject: x, created_at: -1h}"),
    ),
    Page(
        "invalid-rules",
        "error",
        "the rules of a scenario do not check",
        "`ticket rules check` shows everything that is wrong with them.",
        bad={
            "next/": "",
            "next/a.yaml": "priority: [{name: a, set: hgh}]\n",
            "scenario.yaml": "- {name: a, start: 2026-03-02T09:00:00Z, rules: next, ticket: {subject: x}}\n",
        },
        cured={
            "next/": "",
            "next/a.yaml": "priority: [{name: a, set: high}]\n",
            "scenario.yaml": "- {name: a, start: 2026-03-02T09:00:00Z, rules: next, ticket: {subject: x}}\n",
        },
    ),
    Page(
        "missing-value",
        "error",
        "a verb needs a value",
        "Such as a text for `comment` or a status for `move`.",
        bad=_step("{at: +1h, do: {move: }}"),
        cured=_step("{at: +1h, do: {move: open}}"),
    ),
    Page(
        "refused",
        "error",
        "the desk refuses a step",
        "The command would end with the same message. Later steps are not played.",
        bad=_step("{at: +1h, do: {move: nowhere}}"),
        cured=_step("{at: +1h, do: {move: open}}"),
    ),
    Page(
        "step",
        "error",
        "a step does nothing, or two things",
        "A step has one of `do`, `sweep`, `expect` and `delivery`.",
        bad=_step("{at: +1h, sweep: true, do: resolve}"),
        cured=_step("{at: +1h, sweep: true}", "{at: +1h, do: resolve}"),
    ),
    Page(
        "step-time",
        "error",
        "a step does not say when, or says it twice",
        "A step has `at`. A row of sweeps begins behind the step above and has `until` instead.",
        bad=_step("{sweep: 1h}"),
        cured=_step("{sweep: 1h, until: +9h}"),
    ),
    Page(
        "tickets",
        "error",
        "a scenario needs a ticket",
        "It has either `ticket`, or `tickets` with a name for each.",
        bad=_file(""),
        cured=_file(_SEVERAL),
    ),
    Page(
        "unknown-event",
        "error",
        "rules write no such event",
        "`ticket log ID -o json` shows the kinds. Events that people write are not expected but done.",
        bad=_expect("{events: [reminder]}"),
        cured=_expect("{events: []}"),
    ),
    Page(
        "unknown-verb",
        "error",
        "there is no such verb, or it cannot stand alone",
        "Verbs are the commands that change a ticket.",
        bad=_step("{at: +1h, do: solve}"),
        cured=_step("{at: +1h, do: resolve}"),
    ),
    Page(
        "which-ticket",
        "error",
        "it is not clear which ticket is meant",
        "With `tickets`, each step and each expectation names one of them; with `ticket` there is only one.",
        bad=_file(_SEVERAL, "  timeline: [{at: +1h, do: resolve}]\n"),
        cured=_file(_SEVERAL, "  timeline: [{at: +1h, on: b, do: resolve}]\n"),
    ),
)
