"""Every command: its name, where its function stands, and its line in the overview. A new command is one line here."""

from __future__ import annotations

from ticketcli.cli.lazy import OWN, Entry, Sections

SECTIONS: Sections = {
    "Tickets": {
        "create": Entry("commands.create:create", "Open a ticket; prints its number."),
        "list": Entry("commands.list:list_", "List tickets by terms such as team:dba sla:breached."),
        "show": Entry("commands.show:show", "Show a ticket: whose turn, clocks, what happens next."),
        "log": Entry("commands.log:log", "Show everything that happened to a ticket, and why."),
        "comment": Entry("commands.comment:comment", "Write a comment."),
        "take": Entry("commands.take:take", "Assign a ticket to yourself and start it."),
        "assign": Entry("commands.assign:assign", "Assign tickets to somebody."),
        "set": Entry("commands.set:set_", "Set priority, category, fields and other values."),
        "label": Entry("commands.label:label", "Add and remove labels."),
        "start": Entry("commands.start:start", "Begin work."),
        "wait": Entry("commands.wait:wait", "Wait for somebody else."),
        "resolve": Entry("commands.resolve:resolve", "Mark as resolved."),
        "close": Entry("commands.close:close", "Close."),
        "reopen": Entry("commands.reopen:reopen", "Take up again."),
        "move": Entry("commands.move:move", "Move to a status by its name."),
        "extend": Entry("commands.extend:extend", "Give more time before auto-close."),
        "hold": Entry("commands.hold:hold", "Stop auto-close, reminders and escalation for a while."),
        "unhold": Entry("commands.unhold:unhold", "End a hold."),
        "confirm": Entry("commands.confirm:confirm", "Confirm a close that a rule asks for."),
        "sla": Entry(
            {"reason": Entry("commands.sla_reason:reason", "Record why an SLA target was missed.")}, "SLA targets."
        ),
        "route": Entry("commands.route:route", "Give a ticket back to the rules."),
        "undo": Entry("commands.undo:undo", "Take back what a rule did."),
        "redact": Entry("commands.redact:redact", "Erase personal texts of a ticket for good."),
    },
    "In and out": {
        "import": Entry("commands.import_:import_", "Import tickets of another system from CSV or JSONL."),
        "export": Entry("commands.export:export", "Write tickets with their history as JSONL or CSV."),
    },
    "Rules": {
        "sweep": Entry(
            {
                OWN: Entry("commands.sweep:sweep_", "Do what is due; for cron."),
                "status": Entry("commands.sweep_status:status", "Show how sweeping goes; for monitoring."),
            },
            "Sweeps.",
        ),
        "forecast": Entry("commands.forecast:forecast", "Show what will happen when, if nobody acts."),
        "rules": Entry(
            {
                "check": Entry("commands.rules:check", "Check rule files; shows every problem."),
                "help": Entry("commands.rules_help:help_", "Explain a problem code, with an example and its cure."),
                "test": Entry("commands.rules_test:test", "Play scenarios with simulated time; compare."),
                "list": Entry("commands.rules:list_", "List the rules in force, and what each does."),
                "schema": Entry("commands.rules:schema", "Print a JSON Schema."),
                "explain": Entry("commands.rules_explain:explain", "Explain what each rule makes of a ticket."),
                "accept": Entry("commands.rules:accept", "Confirm that rules were removed on purpose."),
            },
            "Rules.",
        ),
        "calendar": Entry(
            {
                "list": Entry("commands.calendar:list_", "List the calendars, and which are open."),
                "show": Entry("commands.calendar:show", "Show the hours and dates of a calendar."),
                "add": Entry("commands.calendar_ask:add", "Show when so much open time is used up."),
                "between": Entry("commands.calendar_ask:between", "Show how much open time lies between two times."),
                "open": Entry("commands.calendar_ask:open_", "Show whether a calendar is open, and until when."),
                "generate": Entry("commands.calendar_generate:generate", "Write the holidays of a country as YAML."),
                "-": Entry("commands.calendar_ask:ask", "Answer many such questions, JSON in and out."),
            },
            "Calendars.",
        ),
        "schedule": Entry(
            {
                "list": Entry("commands.schedule_list:list_", "List what the sweep opens at set times."),
                "preview": Entry("commands.schedule_preview:preview", "Show when a schedule or expression is due."),
            },
            "Schedules.",
        ),
    },
    "From machines": {
        "intake": Entry(
            {
                "junit": Entry("commands.intake_junit:junit", "A ticket per failing test; resolved when it passes."),
                "alertmanager": Entry("commands.intake_payload:alertmanager", "A ticket for each firing alert."),
                "generic": Entry("commands.intake_payload:generic", "Tickets from any JSON, by a mapping file."),
            },
            "Test reports, alerts and webhooks.",
        ),
    },
    "Keeping": {
        "backup": Entry("commands.backup:backup", "Write everything in the store to a file."),
        "restore": Entry("commands.restore:restore", "Take the desk back to a backup."),
        "store": Entry(
            {
                "info": Entry("commands.store:info", "Show which store keeps the tickets, and how much it holds."),
                "move": Entry("commands.store:move_store", "Move the tickets to another store."),
            },
            "The store.",
        ),
        "doctor": Entry("commands.doctor:doctor", "Look the desk over and say what to do."),
        "audit": Entry(
            {
                "verify": Entry("commands.audit_verify:verify", "Check that history is whole and unchanged."),
                "seal": Entry("commands.audit_seal:seal", "Write down where history ends, to keep elsewhere."),
                "sample": Entry("commands.audit_sample:sample", "Choose automatic closes for a spot check."),
            },
            "History.",
        ),
    },
    "Messages": {
        "outbox": Entry(
            {
                "list": Entry("commands.outbox:list_", "List messages that have not reached anybody yet."),
                "show": Entry("commands.outbox:show", "Show messages whole, and why the last attempt failed."),
                "retry": Entry("commands.outbox:retry", "Send messages again now."),
                "drop": Entry("commands.outbox:drop", "Give messages up."),
            },
            "Messages on their way out.",
        ),
        "notify": Entry({"test": Entry("commands.notify:test", "Send a test message through a channel.")}, "Channels."),
    },
    "Desk": {
        "init": Entry("commands.desk:init", "Make a desk."),
        "desk": Entry(
            {"trust": Entry("commands.desk:trust_desk", "Trust a desk that somebody else owns.")}, "Trust desks."
        ),
        "config": Entry(
            {"show": Entry("commands.desk:show_config", "Show which desk is used, and its settings.")}, "Settings."
        ),
        "completion": Entry("commands.shell:completion", "Print the completion script of a shell."),
        "help": Entry({"exit-codes": Entry("commands.shell:exit_codes", "Show what each exit code means.")}, "Topics."),
    },
}
