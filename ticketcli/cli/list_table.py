"""`list` for people: one line per ticket, as wide as the terminal, uncut where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ticketcli.cli.log_text import one_line
from ticketcli.cli.moments import Moments
from ticketcli.cli.paint import Paint, plain
from ticketcli.cli.widths import cut, pad, pad_left, width
from ticketcli.domain.durations import format_duration
from ticketcli.domain.ticket import AutocloseView
from ticketcli.records import NamedTuple
from ticketcli.services.query.candidate import Candidate
from ticketcli.services.query.values import reading

DEFAULT = ("id", "status", "priority", "team", "assignee", "due", "subject")
_TITLES = {"priority": "pri"}
_NARROW = 12
"""No column is cut below this, if lines grow longer than the terminal for it."""
_SOON = 3600
_GAP = "  "


class Cell(NamedTuple):
    """A text that is safe to print, and how to paint it."""

    text: str
    role: str = ""


Show = Callable[[Candidate, Moments], Cell]


class Column(NamedTuple):
    name: str
    show: Show
    right: bool = False

    @property
    def title(self) -> str:
        return _TITLES.get(self.name, self.name)


def list_columns(names: Sequence[str], declared: Mapping[str, Any] | None) -> list[Column]:
    """The columns of these fields, as terms name them. Raises `UsageError` for an unknown one."""
    return [_column(name, declared) for name in names]


def _column(name: str, declared: Mapping[str, Any] | None) -> Column:
    if name in _OWN:
        return Column(name, _OWN[name])
    type, get = reading(name, declared)
    return Column(name, lambda found, moments: Cell(one_line(_text(type, get(found), moments))), type == "number")


def _text(type: str, value: Any, moments: Moments) -> str:
    if value is None or value == () or value == "":
        return ""
    if type == "instant":
        return moments.at(value)
    if type == "timed":
        return format_duration(value)
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def due_cell(found: Candidate, moments: Moments) -> Cell:
    """`3h late`, `in 2h`; without a due time when a rule closes it, or that it is on hold."""
    if found.due_at is not None:
        role = "bad" if found.due_at <= moments.now else "warn" if found.due_at - moments.now < _SOON else ""
        return Cell(moments.due(found.due_at), role)
    if found.ticket.hold is not None:
        return Cell("on hold", "dim")
    close = found.view.autoclose
    return Cell("" if close is None else _closing(found, close, moments), "dim")


def _closing(found: Candidate, close: AutocloseView, moments: Moments) -> str:
    """When it closes; or what it waits for, for nothing closes without a delivered warning or a wanted yes."""
    if found.ticket.trail.confirm_asked.get(close.rule) == close.since:
        return "to confirm"
    if close.close_at > moments.now:
        return f"closes {moments.away(close.close_at)}"
    if any(one.delivered_at is not None for one in close.reminded):
        return "closes now"
    return "reminder undelivered" if close.reminded else "close due"


def _priority_cell(found: Candidate, moments: Moments) -> Cell:
    return Cell(found.ticket.priority, {"urgent": "bad", "high": "warn"}.get(found.ticket.priority, ""))


_OWN: dict[str, Show] = {"due": due_cell, "priority": _priority_cell}


def list_lines(
    found: Sequence[Candidate],
    moments: Moments,
    columns: Sequence[Column],
    *,
    wide: int | None = None,
    paint: Paint = plain,
) -> list[str]:
    """A line of titles and one per ticket; `wide` is the width of the terminal, None cuts nothing. Empty for none."""
    if not found:
        return []
    rows = [[column.show(one, moments) for column in columns] for one in found]
    widths = [max(width(column.title), *(width(row[i].text) for row in rows)) for i, column in enumerate(columns)]
    if wide is not None:
        widths = _fit(widths, wide)
    titles = [Cell(column.title.upper(), "label") for column in columns]
    return [_line(row, columns, widths, wide is not None, paint) for row in (titles, *rows)]


def _fit(widths: Sequence[int], wide: int) -> list[int]:
    """Narrower columns that fit: the last takes what is left, the widest others give first."""
    fitted = list(widths)
    room = wide - len(_GAP) * (len(fitted) - 1)
    last = len(fitted) - 1
    while sum(fitted[:last]) + min(fitted[last], 2 * _NARROW) > room:
        widest = max(range(last), key=fitted.__getitem__, default=last)
        if fitted[widest] <= _NARROW:
            break
        fitted[widest] -= 1
    fitted[last] = min(fitted[last], max(room - sum(fitted[:last]), _NARROW))
    return fitted


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], cutting: bool, paint: Paint) -> str:
    parts = []
    for cell, column, space in zip(row, columns, widths, strict=True):
        text = cut(cell.text, space) if cutting else cell.text
        if column.right:
            text = pad_left(text, space)
        elif column is not columns[-1]:
            text = pad(text, space)
        parts.append(paint(text, cell.role) if cell.role else text)
    return _GAP.join(parts).rstrip()
