"""Every page of `ticket rules help` by its code. A new family of problems is one line here."""

from __future__ import annotations

from ticketcli.rulebook.checks import table
from ticketcli.rulebook.page import Page
from ticketcli.rulebook.pages import conditions, files, form, scenarios, sections, settings, values, words

_ALL = (
    *files.PAGES,
    *form.PAGES,
    *values.PAGES,
    *words.PAGES,
    *conditions.PAGES,
    *sections.PAGES,
    *settings.PAGES,
    *scenarios.PAGES,
    *table.PAGES,
)
PAGES: dict[str, Page] = {page.code: page for page in sorted(_ALL)}
