"""Pages about calendars, the lifecycle, the order of routes, and the times that rules name."""

from __future__ import annotations

from ticketcli.rulebook.page import Page

PAGES = (
    Page(
        "calendar",
        "error",
        "the calendar cannot be built",
        "A zone, a date, a span or a weekday is not as it should be, or the calendar never opens. The message quotes "
        "the text that is wrong.",
        bad="calendars: {office: {timezone: UTC, hours: {mon: ['9:00-25:00']}}}\n",
        cured="calendars: {office: {timezone: UTC, hours: {mon: ['9:00-17:00']}}}\n",
    ),
    Page(
        "catch-all-not-last",
        "error",
        "a route without `when` stands before others",
        "A top-level route without `when` takes what no other route took, whatever its place. It must stand last, so "
        "that the file reads as it works.",
        bad="routing:\n  - {name: rest, label: x}\n  - {name: database, when: {category: database}, label: y}\n",
        cured="routing:\n  - {name: database, when: {category: database}, label: y}\n  - {name: rest, label: x}\n",
    ),
    Page(
        "dead-end-status",
        "warning",
        "tickets in this status can never end",
        "No way along the transitions leads from it to a final status, so tickets stay there for ever. Add a "
        "transition.",
        bad="""\
lifecycle:
  statuses: {new: initial, open: active, stuck: waiting, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [stuck, done]}]
""",
        cured="""\
lifecycle:
  statuses: {new: initial, open: active, stuck: waiting, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [stuck, done]}, {from: stuck, to: [open]}]
""",
    ),
    Page(
        "lifecycle-kinds",
        "error",
        "the lifecycle has too few or too many statuses of a kind",
        "Tickets are born in the one initial status, worked on in an active one and end in a final one. Kinds are "
        "initial, active, waiting, resolved and final.",
        bad="""\
lifecycle:
  statuses: {new: initial, todo: initial, doing: active, done: final}
  transitions: [{from: new, to: [todo]}, {from: todo, to: [doing]}, {from: doing, to: [done]}]
""",
        cured="""\
lifecycle:
  statuses: {new: initial, todo: active, doing: active, done: final}
  transitions: [{from: new, to: [todo]}, {from: todo, to: [doing]}, {from: doing, to: [done]}]
""",
    ),
    Page(
        "lifecycle-loop",
        "error",
        "a transition leads from a status to itself",
        "It would change nothing. Take the status out of `to`.",
        bad="""\
lifecycle:
  statuses: {new: initial, open: active, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [open, done]}]
""",
        cured="""\
lifecycle:
  statuses: {new: initial, open: active, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [done]}]
""",
    ),
    Page(
        "no-reminder",
        "error",
        "a rule that closes does not say whether it reminds",
        "Nobody should be surprised by a close: `remind: [24h]` tells the requester a day before. If you mean to close "
        "without a word, say so: `remind: []`.",
        bad="autoclose: [{name: a, when: {status: resolved}, after: 7d, close: {reason: handled}}]\n",
        cured="autoclose: [{name: a, when: {status: resolved}, after: 7d, remind: [1d], close: {reason: handled}}]\n",
    ),
    Page(
        "reminder-too-early",
        "error",
        "a reminder is as long as the wait, or longer",
        "It would be due before the wait begins, and so is never sent.",
        bad="autoclose: [{name: a, when: {status: resolved}, after: 1d, remind: [2d], close: {reason: handled}}]\n",
        cured="autoclose: [{name: a, when: {status: resolved}, after: 3d, remind: [2d], close: {reason: handled}}]\n",
    ),
    Page(
        "unreachable-status",
        "warning",
        "no ticket ever gets into this status",
        "No way along the transitions leads from the initial status to it. Add a transition, or take the status out.",
        bad="""\
lifecycle:
  statuses: {new: initial, open: active, parked: waiting, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [done]}, {from: parked, to: [open]}]
""",
        cured="""\
lifecycle:
  statuses: {new: initial, open: active, parked: waiting, done: final}
  transitions: [{from: new, to: [open]}, {from: open, to: [parked, done]}, {from: parked, to: [open]}]
""",
    ),
    Page(
        "warning-too-early",
        "error",
        "a warning is due before every clock of its policy starts",
        "`15m` in `warn` means that 15 minutes are left. More than every target has can never be left.",
        bad="sla: [{name: all, targets: {first_response: 1h, resolution: 4h}, warn: [5h]}]\n",
        cured="sla: [{name: all, targets: {first_response: 1h, resolution: 4h}, warn: [30m]}]\n",
    ),
)
