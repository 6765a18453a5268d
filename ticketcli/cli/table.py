"""Every command: its name, where its function stands, and its line in the overview. A new command is one line here."""

from __future__ import annotations

from ticketcli.cli.lazy import Entry, Sections

SECTIONS: Sections = {
    "Desk": {
        "init": Entry("desk:init", "Make a desk."),
        "desk": Entry({"trust": Entry("desk:trust_desk", "Trust a desk that somebody else owns.")}, "Trust desks."),
        "config": Entry({"show": Entry("desk:show_config", "Show which desk is used, and its settings.")}, "Settings."),
        "completion": Entry("shell:completion", "Print the completion script of a shell."),
        "help": Entry({"exit-codes": Entry("shell:exit_codes", "Show what each exit code means.")}, "Topics."),
    },
}
