"""Pages about words that refer to something: statuses, teams, people, calendars, channels, fields."""

from __future__ import annotations

from ticketcli.rulebook.page import Page


def _close(close: str) -> str:
    return f"autoclose:\n  - {{name: silent, when: {{status: pending}}, after: 7d, remind: [1d], close: {close}}}\n"


_REFERS = "The message names the nearest right word. Mend the word, or define it in its section."
PAGES = (
    Page(
        "delegate",
        "error",
        "a person stands in for themselves",
        "`delegate` names who takes over while this person is away.",
        bad="people: [{name: ann, delegate: ann}]\n",
        cured="people: [{name: ann, delegate: bob}, {name: bob}]\n",
    ),
    Page(
        "final-status",
        "error",
        "a rule moves tickets into a final status",
        "Only a sweep closes by rule, and only by the section `autoclose`, with its reminders and its guard.",
        bad="escalation: [{name: old, when: {age: {over: 30d}}, then: [{move: closed}]}]\n",
        cured="escalation: [{name: old, when: {age: {over: 30d}}, then: [{move: pending}]}]\n",
    ),
    Page(
        "not-an-end",
        "error",
        "an auto-close rule ends in a status that is no end",
        "`close: {to: STATUS}` takes a status of kind resolved or final; without it the first final one is taken.",
        bad=_close("{reason: handled, to: open}"),
        cured=_close("{reason: handled, to: resolved}"),
    ),
    Page(
        "not-settable",
        "error",
        "an action sets something else than one of the desk's own fields",
        "`set` takes `fields.NAME`. For priority, assignee, team and labels there are actions of their own.",
        bad="escalation: [{name: old, when: {age: {over: 3d}}, then: [{set: {category: old}}]}]\n",
        cured="escalation: [{name: old, when: {age: {over: 3d}}, then: [{set: {fields.old: 'yes'}}]}]\n",
    ),
    Page(
        "role-nobody-has",
        "warning",
        "a role is asked for that no person has",
        "The transition or the confirmation is open to nobody. Give the role to somebody under `people`.",
        bad="people: [{name: ann}]\nautoclose: [{name: a, when: {status: pending}, after: 7d, remind: [1d], "
        "close: {reason: handled}, confirm: supervisor}]\n",
        cured="people: [{name: ann, roles: [supervisor]}]\nautoclose: [{name: a, when: {status: pending}, after: 7d, "
        "remind: [1d], close: {reason: handled}, confirm: supervisor}]\n",
    ),
    Page(
        "unknown-calendar",
        "error",
        "there is no calendar of that name",
        _REFERS,
        bad="calendars: {office: {timezone: UTC, hours: {mon: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: offce, targets: {resolution: 3d}}]\n",
        cured="calendars: {office: {timezone: UTC, hours: {mon: ['9:00-17:00']}}}\n"
        "sla: [{name: all, calendar: office, targets: {resolution: 3d}}]\n",
    ),
    Page(
        "unknown-channel",
        "error",
        "there is no channel of that name",
        f"{_REFERS} `desk` is always there.",
        bad="channels: {mail: {type: mail, sendmail: [/usr/sbin/sendmail], from: desk@x.cn}}\n"
        "escalation: [{name: old, when: {age: {over: 3d}}, then: [{notify: team, via: [mial]}]}]\n",
        cured="channels: {mail: {type: mail, sendmail: [/usr/sbin/sendmail], from: desk@x.cn}}\n"
        "escalation: [{name: old, when: {age: {over: 3d}}, then: [{notify: team, via: [mail]}]}]\n",
    ),
    Page(
        "unknown-field",
        "error",
        "the section `fields` declares no such field",
        f"With a section `fields` only what it declares may be used, so that a typo shows. {_REFERS}",
        bad="fields: {region: {type: text}}\npriority: [{name: a, when: {fields.regoin: eu}, set: high}]\n",
        cured="fields: {region: {type: text}}\npriority: [{name: a, when: {fields.region: eu}, set: high}]\n",
    ),
    Page(
        "unknown-person",
        "error",
        "there is no person of that name",
        _REFERS,
        bad="people: [{name: ann}]\nteams: {dba: {members: [anne]}}\n",
        cured="people: [{name: ann}]\nteams: {dba: {members: [ann]}}\n",
    ),
    Page(
        "unknown-reason",
        "error",
        "the lifecycle knows no such close reason",
        "Reasons stand under `lifecycle: close_reasons`; the message names the nearest one.",
        bad=_close("{reason: silent}"),
        cured=_close("{reason: requester-silent}"),
    ),
    Page(
        "unknown-status",
        "error",
        "the lifecycle has no such status",
        "Statuses stand under `lifecycle: statuses`; without that section there are new, open, pending, resolved and "
        "closed. The message names the nearest one.",
        bad="sla: [{name: all, targets: {resolution: 3d}, pause: [pendign]}]\n",
        cured="sla: [{name: all, targets: {resolution: 3d}, pause: [pending]}]\n",
    ),
    Page(
        "unknown-team",
        "error",
        "there is no team of that name",
        _REFERS,
        bad="teams: {dba: {}}\nrouting: [{name: all, team: dbs}]\n",
        cured="teams: {dba: {}}\nrouting: [{name: all, team: dba}]\n",
    ),
)
