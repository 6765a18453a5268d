"""Every command: its name, where its function stands, and its line in the overview. A new command is one line here."""

from __future__ import annotations

from ticketcli.cli.lazy import Entry, Sections

SECTIONS: Sections = {
    "Tickets": {
        "create": Entry("create:create", "Open a ticket; prints its number."),
        "list": Entry("looking:list_", "List tickets by terms such as team:dba sla:breached."),
        "show": Entry("looking:show", "Show a ticket: whose turn, clocks, what happens next."),
        "log": Entry("looking:log", "Show everything that happened to a ticket, and why."),
        "comment": Entry("verbs:comment", "Write a comment."),
        "take": Entry("verbs:take", "Assign a ticket to yourself and start it."),
        "assign": Entry("verbs:assign", "Assign tickets to somebody."),
        "set": Entry("verbs:set_", "Set priority, category, fields and other values."),
        "label": Entry("verbs:label", "Add and remove labels."),
        "start": Entry("verbs:start", "Begin work."),
        "wait": Entry("verbs:wait", "Wait for somebody else."),
        "resolve": Entry("verbs:resolve", "Mark as resolved."),
        "close": Entry("verbs:close", "Close."),
        "reopen": Entry("verbs:reopen", "Take up again."),
        "move": Entry("verbs:move", "Move to a status by its name."),
        "extend": Entry("verbs:extend", "Give more time before auto-close."),
        "hold": Entry("verbs:hold", "Stop auto-close, reminders and escalation for a while."),
        "unhold": Entry("verbs:unhold", "End a hold."),
        "confirm": Entry("verbs:confirm", "Confirm a close that a rule asks for."),
        "route": Entry("verbs:route", "Give a ticket back to the rules."),
    },
    "Rules": {
        "sweep": Entry("sweeping:sweep_", "Do what is due; for cron."),
        "rules": Entry(
            {
                "check": Entry("rules:check", "Check rule files; shows every problem."),
                "list": Entry("rules:list_", "List the rules in force, and what each does."),
                "schema": Entry("rules:schema", "Print a JSON Schema."),
                "accept": Entry("rules:accept", "Confirm that rules were removed on purpose."),
            },
            "Rules.",
        ),
    },
    "Desk": {
        "init": Entry("desk:init", "Make a desk."),
        "desk": Entry({"trust": Entry("desk:trust_desk", "Trust a desk that somebody else owns.")}, "Trust desks."),
        "config": Entry({"show": Entry("desk:show_config", "Show which desk is used, and its settings.")}, "Settings."),
        "completion": Entry("shell:completion", "Print the completion script of a shell."),
        "help": Entry({"exit-codes": Entry("shell:exit_codes", "Show what each exit code means.")}, "Topics."),
    },
}
