"""Terms of `list` as written: `field:value[,value]`, `field:-value`, `field:A..B` (design section 7).

A value in double quotes is taken literally: `category:"a,b"`, `label:"none"`. A comma before a space belongs to the
value, for the shell eats the quotes of `text:"disk full, again"`.
"""

from __future__ import annotations

import re

from ticketcli.errors import UsageError
from ticketcli.records import NamedTuple

_FORM = re.compile(r"([^:\s]+):(.*)", re.DOTALL)
_VALUE = re.compile(r'"[^"]*"|(?!")(?:[^,]|,(?=\s))+')
_HINT = 'write field:value, such as status:pending or text:"disk full"'


class Value(NamedTuple):
    """One alternative of a term. `literal` values stood in quotes: no range, no `none`, no `any`."""

    text: str
    literal: bool = False

    @property
    def missing(self) -> bool:
        """`none`: the ticket has no such fact."""
        return self.text == "none" and not self.literal

    @property
    def present(self) -> bool:
        """`any`: the ticket has one."""
        return self.text == "any" and not self.literal

    @property
    def bounds(self) -> tuple[str, str] | None:
        """Both ends of `A..B`, an open end empty; None when it is no range."""
        if self.literal or ".." not in self.text or self.text == "..":
            return None
        low, _, high = self.text.partition("..")
        return low, high


class Term(NamedTuple):
    """Any of `values`, or none of them when `negated`. `text` is what was typed, for errors."""

    field: str
    values: tuple[Value, ...]
    negated: bool
    text: str


def parse_term(text: str) -> Term:
    """The parts of one term. Raises `UsageError` for what is no `field:value`."""
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise UsageError(f"{text!r} is no search term", _HINT)
    field, rest = form[1].lower(), form[2]
    negated = rest.startswith("-")
    values = tuple(_value(part, negated, text) for part in _split(rest, text))
    return Term(field, values, negated, text)


def _split(rest: str, text: str) -> list[str]:
    """The values between commas, quotes still on."""
    parts, position = [], 0
    while True:
        sign = "-" if rest.startswith("-", position) else ""
        found = _VALUE.match(rest, position + len(sign))
        if found is None:
            raise _lacking(rest[position:], text)
        parts.append(sign + found[0])
        position = found.end()
        if position == len(rest):
            return parts
        if rest[position] != ",":
            raise UsageError(f"{text!r}: after a closing quote only a comma may follow", _HINT)
        position += 1


def _value(part: str, negated: bool, text: str) -> Value:
    if part.startswith("-"):
        if not negated:
            raise UsageError(f"{text!r} mixes values with and without minus", "write two terms")
        part = part[1:]
    if part.startswith('"'):
        return Value(part[1:-1], literal=True)
    return Value(part.strip())


def _lacking(rest: str, text: str) -> UsageError:
    if '"' in rest:
        return UsageError(f"{text!r}: the quote is not closed", _HINT)
    return UsageError(f"{text!r} lacks a value", "field:none finds tickets without, field:any those with one")
