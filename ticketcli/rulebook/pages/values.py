"""Pages about single values: durations, dates, names, addresses, templates, secrets."""

from __future__ import annotations

from ticketcli.rulebook.page import Page

PAGES = (
    Page(
        "bad-date",
        "error",
        "the text is no date",
        "Dates are written as year, month and day, and must exist.",
        bad="priority: [{name: a, when: {category: a}, set: low, review_by: 2026-02-30}]\n",
        cured="priority: [{name: a, when: {category: a}, set: low, review_by: 2999-02-28}]\n",
    ),
    Page(
        "bad-duration",
        "error",
        "the text is no duration",
        "A duration is a number with its unit, `90s 30m 48h 3d 2w`, or a sum with the larger units first, `1d12h`. It "
        "is longer than nothing (but for `over: 0s` and `past: 0s`) and at most ten years.",
        bad="sla: [{name: all, targets: {resolution: 3 days}}]\n",
        cured="sla: [{name: all, targets: {resolution: 3d}}]\n",
    ),
    Page(
        "cron",
        "error",
        "the text says no times of a schedule",
        "Five fields, `minute hour day month weekday`, or one of @hourly @daily @weekly @monthly @yearly. A stepped "
        "day of the month beside a weekday is refused: programs read it in different ways.",
        bad="schedules: [{name: rota, cron: '0 9 * *', ticket: {subject: Rota}}]\n",
        cured="schedules: [{name: rota, cron: '0 9 * * mon', ticket: {subject: Rota}}]\n",
    ),
    Page(
        "email",
        "error",
        "the text is no mail address",
        "Write the bare address, without a name or brackets around it.",
        bad="people: [{name: ann, email: 'Ann <ann@x.cn>'}]\n",
        cured="people: [{name: ann, email: ann@x.cn}]\n",
    ),
    Page(
        "name",
        "error",
        "a name holds a character that cannot be seen, or begins or ends with a space",
        "Names are printable text of any script. Invisible characters and those that turn the direction of text make "
        "two names look like one.",
        bad="teams: {'dba\\u200B': {}, ' web': {}}\n".replace("'dba\\u200B'", '"dba\\u200B"'),
        cured="teams: {dba: {}, web: {}}\n",
    ),
    Page(
        "reserved-name",
        "error",
        "a name means something else in rules",
        "`requester assignee watchers manager team none any` are words of the rule language, and `desk` is the "
        "built-in channel.",
        bad="people: [{name: manager}]\n",
        cured="people: [{name: maria}]\n",
    ),
    Page(
        "secret-in-rules",
        "error",
        "an address that lets anybody post stands in the rule file",
        "Whoever reads the file can use it. Keep it in a file of its own (`url_file`) or in a variable (`url_env`).",
        bad="channels: {chat: {type: webhook, shape: slack, url: 'https://hooks.slack.com/services/T/B/X'}}\n",
        cured="channels: {chat: {type: webhook, shape: slack, url_file: /etc/ticketcli/slack}}\n",
    ),
    Page(
        "template",
        "error",
        "`{{` stands in a text without its `}}`",
        "`{{ key }}` is replaced by the ticket's value. There is nothing else in templates.",
        bad="escalation: [{name: old, when: {age: {over: 3d}}, then: [{comment: '{{ subject is old'}]}]\n",
        cured="escalation: [{name: old, when: {age: {over: 3d}}, then: [{comment: '{{ subject }} is old'}]}]\n",
    ),
    Page(
        "threshold",
        "error",
        "the text is no threshold of a warning",
        "Write a share of the time that is used up, 1% to 99%, or the time that is left, such as 15m.",
        bad="sla: [{name: all, targets: {resolution: 3d}, warn: [100%]}]\n",
        cured="sla: [{name: all, targets: {resolution: 3d}, warn: [75%]}]\n",
    ),
    Page(
        "unknown-key-in-template",
        "error",
        "a template names a key that tickets do not have",
        "Templates know the keys of `ticket show ID -o json`, such as `{{ subject }}`, `{{ requester.name }}` and "
        "`{{ fields.region }}`.",
        bad="escalation: [{name: old, when: {age: {over: 3d}}, then: [{comment: '{{ subjct }}'}]}]\n",
        cured="escalation: [{name: old, when: {age: {over: 3d}}, then: [{comment: '{{ subject }}'}]}]\n",
    ),
    Page(
        "url",
        "error",
        "the text is no address of a webhook",
        "It begins with https:// or http:// and a host, and holds no user, password or `#`.",
        bad="channels: {hook: {type: webhook, url: ops.example/hook}}\n",
        cured="channels: {hook: {type: webhook, url: 'https://ops.example/hook'}}\n",
    ),
    Page(
        "variable",
        "error",
        "the text is no name of an environment variable",
        "Letters, digits and `_`, not beginning with a digit, without `$`.",
        bad="channels: {hook: {type: webhook, url_env: $HOOK}}\n",
        cured="channels: {hook: {type: webhook, url_env: HOOK}}\n",
    ),
)
