"""Pages about conditions: facts, operators, values, durations and patterns in a `when` or `unless`."""

from __future__ import annotations

from ticketcli.rulebook.page import Page


def _when(condition: str) -> str:
    return f"priority:\n  - {{name: example, when: {condition}, set: high}}\n"


_ONE_OF = "The value is none of those that this fact can have. The message names the nearest one."
PAGES = (
    Page(
        "bad-pattern",
        "error",
        "the text is no regular expression, or not one that every engine understands",
        "`matches` takes the syntax that Python and RE2 share: no look-around, no back-references, no possessive "
        "repeats. It searches anywhere in the text; `^` and `$` are its ends.",
        bad=_when("{subject: {matches: '(?=disk)full'}}"),
        cured=_when("{subject: {matches: 'disk.*full'}}"),
    ),
    Page(
        "empty-condition",
        "error",
        "a condition asks nothing",
        "It would hold always, which is what leaving `when` out says.",
        bad=_when("{}"),
        cured="priority:\n  - {name: example, set: high}\n",
    ),
    Page(
        "empty-list",
        "error",
        "a list of values or conditions is empty",
        "It could mean all or nothing. Write at least one value, or `exists: false` to ask for a missing fact.",
        bad=_when("{category: []}"),
        cured=_when("{category: {exists: false}}"),
    ),
    Page(
        "forbidden-fact",
        "error",
        "this fact may not be asked here",
        "Routing decides team and assignee, so it cannot ask for `team`, `assignee` or `routed_by`; a policy cannot "
        "ask for the clocks that it starts.",
        bad="routing:\n  - {name: dba, when: {team: dba}, label: x}\n  - {name: rest, label: y}\n",
        cured="routing:\n  - {name: dba, when: {category: database}, label: x}\n  - {name: rest, label: y}\n",
    ),
    Page(
        "hours-under-calendar",
        "warning",
        "many open hours where days are most likely meant",
        "Under a calendar `h` counts open time: with 8 open hours a day, `48h` are six working days. `2d` ends two "
        "working days later at the same clock time.",
        bad="calendars: {office: {timezone: UTC, hours: {mon-fri: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: office, targets: {resolution: 48h}}]\n",
        cured="calendars: {office: {timezone: UTC, hours: {mon-fri: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: office, targets: {resolution: 2d}}]\n",
    ),
    Page(
        "slow-pattern",
        "error",
        "the pattern can take for ever on some texts",
        "Repeats that can split the same text in many ways make a regular expression try them all: on a text of a few "
        "hundred characters for years. No rule may hang a sweep. Say what stands between the repeats, or use "
        "`contains`.",
        bad=_when("{description: {matches: '(\\w+\\s?)+ full$'}}"),
        cured=_when("{description: {matches: '\\w full$'}}"),
    ),
    Page("unknown-choice", "error", "the field cannot have this value", _ONE_OF,
         bad="fields: {region: {type: choice, values: [eu, us]}}\n" + _when("{fields.region: ue}"),
         cured="fields: {region: {type: choice, values: [eu, us]}}\n" + _when("{fields.region: eu}")),
    Page(
        "unknown-fact",
        "error",
        "tickets have no such fact",
        "Facts are the keys of `ticket show ID -o json`, dotted (`requester.tier`, `fields.region`), but for `turn`, "
        "`autoclose` and `wake_at`, which are worked out from them; and the timed ones: age, in_status, idle, "
        "untouched, unanswered, silent, within, sla.TARGET.",
        bad=_when("{categry: database}"),
        cured=_when("{category: database}"),
    ),
    Page("unknown-kind", "error", "there is no such kind of status", _ONE_OF,
         bad=_when("{status.kind: actve}"), cured=_when("{status.kind: active}")),
    Page(
        "unknown-operator",
        "error",
        "there is no such operator",
        "Operators are is, is_not, in, not_in, contains, matches, has, has_none, exists, gte, lte, over, under, past, "
        "ahead; each fits some facts.",
        bad=_when("{subject: {containz: disk}}"),
        cured=_when("{subject: {contains: disk}}"),
    ),
    Page("unknown-priority", "error", "there is no such priority", _ONE_OF,
         bad=_when("{priority: hihg}"), cured=_when("{priority: low}")),
    Page("unknown-source", "error", "tickets come from no such source", _ONE_OF,
         bad=_when("{source: mail}"), cured=_when("{source: email}")),
    Page("unknown-state", "error", "an SLA target has no such state", _ONE_OF,
         bad="escalation: [{name: a, when: {sla.resolution: late}, then: [{raise: 1}]}]\n",
         cured="escalation: [{name: a, when: {sla.resolution: breached}, then: [{raise: 1}]}]\n"),
    Page("unknown-who", "error", "nobody's silence is called so", "`who` is requester, agent or anyone.",
         bad=_when("{silent: {who: user, over: 2d}}"), cured=_when("{silent: {who: requester, over: 2d}}")),
    Page(
        "weeks-under-calendar",
        "error",
        "weeks are no measure of open time",
        "Under a calendar write days that have open time (`5d`), or open hours (`40h`).",
        bad="calendars: {office: {timezone: UTC, hours: {mon-fri: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: office, targets: {resolution: 1w}}]\n",
        cured="calendars: {office: {timezone: UTC, hours: {mon-fri: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: office, targets: {resolution: 5d}}]\n",
    ),
    Page(
        "wrong-condition",
        "error",
        "a condition has the wrong form",
        "A condition is a mapping of facts; `all` and `any` take lists of conditions, `not` takes one.",
        bad=_when("{any: {category: a, priority: low}}"),
        cured=_when("{any: [{category: a}, {priority: low}]}"),
    ),
    Page(
        "wrong-operator",
        "error",
        "the operator does not fit the fact",
        "A list is asked with `has`, a text with `contains`, a span of time with `over` and `under`, an instant with "
        "`past` and `ahead`. The message shows the one that was meant.",
        bad=_when("{labels: prod}"),
        cured=_when("{labels: {has: prod}}"),
    ),
    Page(
        "wrong-value",
        "error",
        "the value does not fit the fact or its operator",
        "Numbers are compared with numbers, instants with instants, texts with texts: `\"5\"` in quotes is a text. An "
        "empty text counts as missing; ask for it with `exists: false`. An action `set` gives a declared field what "
        "its type holds.",
        bad=_when("{category: 5}"),
        cured=_when("{category: \"5\"}"),
    ),
)  # fmt: skip
