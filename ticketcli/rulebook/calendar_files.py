"""Calendars of rule files outside a desk, read and checked as `rules check` does."""

from __future__ import annotations

from ticketcli.domain.rulebook import Calendars
from ticketcli.errors import NotFound
from ticketcli.rulebook.check import Checked, check
from ticketcli.rulebook.files import MAX_BYTES, read_file
from ticketcli.rulebook.problems import has_errors
from ticketcli.rulebook.reader import read_yaml


def read_calendars(path: str) -> tuple[Calendars | None, Checked]:
    """The calendars of a rule file, or of a folder of them; None when it has errors.

    What other sections refer to is not missed. Raises `NotFound` when there is no such file, or no calendar in it.
    """
    checked = check([path])
    if has_errors(checked.problems):
        return None, checked
    documents = [read_yaml(read_file(name, name, MAX_BYTES).data)[0] for name in checked.files]
    sections = [document.value for document in documents if document is not None and "calendars" in document.value]
    if not sections:
        raise NotFound(f"no calendars in {path}", "it needs a section calendars: as ticket calendar generate writes it")
    return Calendars(sections[0]["calendars"]), checked
