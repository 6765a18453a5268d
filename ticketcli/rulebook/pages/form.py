"""Pages about the form of sections: keys, types, and what excludes or needs what."""

from __future__ import annotations

from ticketcli.rulebook.page import Page

PAGES = (
    Page(
        "duplicate",
        "error",
        "the same name or value stands twice",
        "Names of rules differ within their section, also among the routes of routes, for the log names rules. People, "
        "accounts, addresses and teams stand once; `Ann` and `ann` are one.",
        bad="people: [{name: ann}, {name: Ann}]\n",
        cured="people: [{name: ann}, {name: anna}]\n",
    ),
    Page(
        "misplaced-key",
        "error",
        "a key has no meaning where it stands",
        "It belongs to another key that is not there, or says the same as one that is. The message says which.",
        bad="escalation: [{name: old, when: {age: {over: 3d}}, then: [{notify: team}], max: 3}]\n",
        cured="escalation: [{name: old, when: {age: {over: 3d}}, then: [{notify: team}], repeat: 1d, max: 3}]\n",
    ),
    Page(
        "missing-key",
        "error",
        "a key that must be there is not",
        "`ticket rules schema` tells which keys each entry has, and an editor that knows the schema shows them.",
        bad="priority: [{name: vip, when: {requester.tier: vip}}]\n",
        cured="priority: [{name: vip, when: {requester.tier: vip}, set: high}]\n",
    ),
    Page(
        "out-of-range",
        "error",
        "a number or a duration is too small or too large",
        "The message names the bound.",
        bad="people: [{name: ann, capacity: -1}]\n",
        cured="people: [{name: ann, capacity: 0}]\n",
    ),
    Page(
        "several-actions",
        "error",
        "one entry of a list of actions holds two actions",
        "Each entry does one thing; `via` and `template` belong to `notify`, `public` to `comment`. Make two entries.",
        bad="escalation: [{name: old, when: {age: {over: 3d}}, then: [{raise: 1, label: old}]}]\n",
        cured="escalation: [{name: old, when: {age: {over: 3d}}, then: [{raise: 1}, {label: old}]}]\n",
    ),
    Page(
        "too-long",
        "error",
        "a text is longer than it may be",
        "Names have at most 80 characters, words that refer to something 320, texts of messages 1 MiB.",
        bad="teams: {" + "a" * 81 + ": {}}\n",
        cured="teams: {" + "a" * 80 + ": {}}\n",
    ),
    Page(
        "too-many-keys",
        "error",
        "a mapping that must have one key has several",
        "In `workdays` each entry is a date, or one date with the weekday whose hours it takes.",
        bad="calendars: {a: {timezone: UTC, hours: {wed: ['9:00-17:00']}, "
        "workdays: [{2026-10-10: wed, 2026-10-11: wed}]}}\n",
        cured="calendars: {a: {timezone: UTC, hours: {wed: ['9:00-17:00']}, "
        "workdays: [{2026-10-10: wed}, {2026-10-11: wed}]}}\n",
    ),
    Page(
        "unknown-key",
        "error",
        "there is no such key here",
        "A misspelt key would be a rule that never does what it says, so it is refused. The message names the nearest "
        "key, or all that may stand here.",
        bad="priority: [{name: vip, whn: {requester.tier: vip}, set: high}]\n",
        cured="priority: [{name: vip, when: {requester.tier: vip}, set: high}]\n",
    ),
    Page(
        "unknown-value",
        "error",
        "the value is none of those that may stand here",
        "The message names them, and the nearest one.",
        bad="priority: [{name: vip, when: {requester.tier: vip}, set: hihg}]\n",
        cured="priority: [{name: vip, when: {requester.tier: vip}, set: high}]\n",
    ),
    Page(
        "wrong-type",
        "error",
        "a value is a text, number, list or mapping where another is wanted",
        "`yes` and `no` are texts here: write true and false. A text that looks like a number needs quotes, a list of "
        "one still needs brackets.",
        bad="people: [{name: ann}]\nteams: {dba: {members: ann}}\n",
        cured="people: [{name: ann}]\nteams: {dba: {members: [ann]}}\n",
    ),
)
