"""Patterns of `matches`: the syntax that Python and RE2 share, with ASCII classes, and none that can hang a sweep.

A pattern is translated (`$` is the end of the text, classes become ASCII sets) and judged when the rulebook is built.
When it runs, the text is searched as far as its cost allows, so that even the worst accepted pattern ends quickly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import factorial

from ticketcli.records import NamedTuple

LONGEST_PATTERN = 1000
MOST_REPEATS = 1000
BUDGET = 65_000_000
"""Steps a search may take at worst: a fraction of a second."""
SHORT_TEXT = 500
"""Every accepted pattern searches texts of this length whole: a subject is never longer."""

_SETS = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_OTHERS = {
    "d": r"\x00-/:-\U0010ffff",
    "w": r"\x00-/:-@\[-\^`\{-\U0010ffff",
    "s": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff",
}
"""The complements, for use inside a set."""
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}", re.ASCII)
_GROUPS = re.compile(r"\(\?(?::|P<[A-Za-z_]\w*>)", re.ASCII)
_KEEP_CASE, _ANY_CASE = "", "(?i)"


class BadPattern(ValueError):
    """Why a pattern is refused. `code` is `bad-pattern` or `slow-pattern`."""

    def __init__(self, message: str, code: str = "bad-pattern", suggestion: str = "") -> None:
        super().__init__(message)
        self.code, self.suggestion = code, suggestion


class Cost(NamedTuple):
    """Searching a text of n characters takes at most about `factor * n ** degree / degree!` steps."""

    degree: int
    factor: int = 1
    by_line: bool = False
    """No repeat crosses a line end, so that n is the length of a line."""

    def of(self, length: int) -> int:
        return self.factor * int(length**self.degree) // factorial(self.degree)

    @property
    def reach(self) -> int:
        """The length up to which any text is searched whole."""
        return int((BUDGET * factorial(self.degree) / self.factor) ** (1 / self.degree))


def read_pattern(pattern: str) -> Cost:
    """The cost of an acceptable pattern. Raises `BadPattern` for any other."""
    import warnings

    from ticketcli.domain.conditions.backtracking import cost_of

    translated = translate(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)  # as written too: a set may mean something only after translation
            re.compile(translated)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(f"not a regular expression: {error}") from None
    cost = cost_of(translated.removeprefix(_ANY_CASE), any_case=translated.startswith(_ANY_CASE))
    if cost.of(SHORT_TEXT) > BUDGET:
        raise BadPattern("the pattern may take for ever: its repeats can split the same text in too many ways",
                         "slow-pattern", _without_outer(pattern) or "contains")  # fmt: skip
    return cost


def _without_outer(pattern: str) -> str:
    """The pattern without `.*` at its ends, which finds the same, for a match may stand anywhere; "" if no better."""
    inner = re.sub(r"^(\.\*)+|(?<!\\)(\.\*)+$", "", pattern)
    if not inner or inner == pattern or "|" in inner:  # an end of one alternative is none of the others
        return ""
    try:
        read_pattern(inner)
    except BadPattern:
        return ""
    return inner


def matcher(pattern: str, cost: Cost) -> Callable[[str], bool]:
    """Whether a text matches somewhere. Compiled at the first text."""
    compiled: list[re.Pattern[str]] = []
    at_end, affordable = "$" in pattern, cost.reach

    def search(text: str) -> bool:
        if not compiled:
            compiled.append(re.compile(translate(pattern)))
        if len(text) <= affordable:
            return compiled[0].search(text) is not None
        end = _reach(text, cost)
        found = compiled[0].search(text, 0, end)
        return found is not None and not (at_end and end < len(text) and found.end() == end)

    return search


def _reach(text: str, cost: Cost) -> int:
    """How far into the text the search may go at most."""
    if not cost.by_line:
        return cost.reach
    spent, start = 0, 0
    for line in text.split("\n"):
        spent += cost.of(len(line) + 1)
        if spent > BUDGET:
            return start + min(len(line), SHORT_TEXT)
        start += len(line) + 1
    return len(text)


def translate(pattern: str) -> str:
    """The Python expression that means what RE2 means by the pattern. Raises `BadPattern` outside the shared syntax."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"a pattern has at most {LONGEST_PATTERN} characters")
    flag = _ANY_CASE if pattern.startswith("(?i)") else _KEEP_CASE
    return flag + "".join(_pieces(pattern.removeprefix(flag)))


def _pieces(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        piece, length = _piece(pattern, at)
        yield piece
        at += length


def _piece(pattern: str, at: int) -> tuple[str, int]:
    """What stands for the next piece, and how many characters it takes."""
    char = pattern[at]
    if char == "\\":
        return _escape(pattern[at + 1 : at + 2], pattern[at : at + 4], inside=False)
    if char == "[":
        return _set(pattern, at)
    if char == "$":
        return r"\Z", 1
    if pattern.startswith("(?", at):
        return _group(pattern, at)
    if char == "{":
        _check_count(pattern, at)
    if char in "*+?}" and pattern.startswith("+", at + 1):
        raise BadPattern("possessive repeats such as a++ are not shared with RE2", suggestion=char)
    return char, 1


def _group(pattern: str, at: int) -> tuple[str, int]:
    found = _GROUPS.match(pattern, at)
    if found is not None:
        return found.group(), len(found.group())
    start = pattern[at : at + 4]
    if start.startswith(("(?=", "(?!", "(?<")):
        raise BadPattern(f"looking ahead or behind is not shared with RE2: {start}", suggestion="not")
    if start.startswith("(?i"):
        raise BadPattern("(?i) may stand at the very start only", suggestion="(?i)")
    raise BadPattern(f"this group is not shared by Python and RE2: {start}", suggestion="(?:")


def _check_count(pattern: str, at: int) -> None:
    found = _COUNT.match(pattern, at)
    if found is None:
        return
    low, comma, high = found.groups()
    if comma and not low:
        raise BadPattern(f"write {{0,{high}}}: RE2 does not know {found.group()}", suggestion=f"{{0,{high}}}")
    if any(len(bound) > 4 or int(bound or 0) > MOST_REPEATS for bound in (low, high)):
        raise BadPattern(f"a repeat counts to {MOST_REPEATS} at most: {found.group()}")


def _escape(char: str, text: str, *, inside: bool) -> tuple[str, int]:
    if char.lower() in _SETS and char:
        known = (_SETS if char.islower() else _OTHERS)[char.lower()]
        return (known if inside else f"[{known}]"), 2
    if char in ("b", "B") and not inside:
        return rf"(?a:\{char})", 2
    if char == "A" and not inside:
        return r"\A", 2
    if char == "x" and re.fullmatch(r"\\x[0-9A-Fa-f]{2}", text):
        return text, 4
    if char in tuple("afnrtv") or (char.isascii() and char and not char.isalnum()):
        return f"\\{char}", 2
    near = {"z": "$", "Z": "$", "p": "[a-z]"}.get(char, "")
    raise BadPattern(f"this escape is not shared by Python and RE2: \\{char}", suggestion=near)


def _set(pattern: str, start: int) -> tuple[str, int]:
    """A set such as `[^a-z\\d]`; `]` first means itself."""
    out, at = ["["], start + 1
    if pattern.startswith("^", at):
        out, at = ["[^"], at + 1
    first = at
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        piece, length = _set_piece(pattern, at)
        out.append(piece)
        at += length
    if at >= len(pattern):
        raise BadPattern("a set is not closed: [ without ]", suggestion="]")
    return "".join(out) + "]", at + 1 - start


def _set_piece(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at]
    if char == "\\":
        return _escape(pattern[at + 1 : at + 2], pattern[at : at + 4], inside=True)
    if pattern.startswith(("[:", "[.", "[="), at):
        raise BadPattern("named sets such as [:alpha:] are not shared with Python", suggestion="a-zA-Z")
    return (f"\\{char}" if char in "[]&~|" else char), 1
