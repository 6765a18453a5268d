"""Which rulebook decides: the files when they check, else the last one that did (design section 6, Broken rules)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketcli.domain.instants import Instant
from ticketcli.domain.rulebook import Rulebook, load_rulebook
from ticketcli.errors import InvalidRules
from ticketcli.ports import Built, Looking, Reader, RuleFiles, StoredRulebook, Transaction
from ticketcli.records import NamedTuple

CURRENT = "rulebook"
"""The counter that holds the number of the rulebook by which the desk was last changed."""


class InForce(NamedTuple):
    """The rulebook in force. `number` is 0 while it decided nothing yet; `trouble`: what is wrong with the files."""

    rulebook: Rulebook
    number: int
    built: Built | None
    trouble: tuple[str, ...] = ()

    @property
    def deciding(self) -> str:
        """What decides while the files do not, in words."""
        return "the last good rules decide" if self.number else "no rules decide until they check"


def in_force(
    reader: Reader,
    files: RuleFiles,
    notify_default: tuple[str, ...] = (),
    timezone: str = "UTC",
    before: InForce | None = None,
) -> InForce:
    """The rulebook by which to read and decide now; reads no row while the files are those of the last change.

    `before` is the answer for the last batch of the same run: while the files stand, it is not compiled anew.
    """
    settings = (notify_default, timezone)
    built, current = files.built(), reader.counter(CURRENT)
    if built.bound is not None:
        known = reader.ids("rulebooks", "hash", [built.hash], limit=1)
        number = known[0] if known else 0
        if number == current:
            same = before is not None and before.built is not None and before.built.hash == built.hash
            book = before.rulebook if before and same else load_rulebook(built.bound, built.hash, *settings)
            return InForce(book, number, built)
        kept = reader.rulebook(current) if current else None
        gone = sorted(set(kept.files) - set(built.files)) if kept else []
        if not gone:
            return InForce(load_rulebook(built.bound, built.hash, *settings), number, built)
        trouble = tuple(f"{name} is gone" for name in gone)
        return _last_good(kept, trouble, settings)
    kept = reader.rulebook(current) if current else None
    return _last_good(kept, built.problems, settings)


def _last_good(kept: StoredRulebook | None, trouble: tuple[str, ...], settings: tuple[tuple[str, ...], str]) -> InForce:
    if kept is None:
        from ticketcli.domain.builtin import EMPTY_RULEBOOK

        return InForce(load_rulebook(EMPTY_RULEBOOK, "", *settings), 0, None, trouble)
    return InForce(load_rulebook(kept.bound, kept.hash, *settings), kept.number, None, trouble)


def keep(tx: Transaction, rules: InForce, at: Instant) -> InForce:
    """Keeps a rulebook that is about to decide for the first time, and makes it the current one."""
    built = rules.built
    if built is None or built.bound is None:
        return rules
    number = rules.number or tx.keep_rulebook(built.hash, built.files, built.bound, at)
    if tx.counter(CURRENT) != number:
        tx.set_counter(CURRENT, number)
    return rules._replace(number=number)


def former(reader: Looking, number: int, rules: InForce, known: dict[int, Rulebook]) -> Rulebook | None:
    """The rulebook of that number, by which a ticket was planned before; None when it is the one in force.

    `known` keeps what was compiled: after a change of rules a sweep asks for every ticket.
    """
    if number <= 0 or number == rules.number:
        return None
    if number not in known and (kept := reader.rulebook(number)):
        known[number] = load_rulebook(kept.bound, kept.hash)
    return known.get(number)


def bound_of(reader: Reader, rules: InForce) -> Mapping[str, Any]:
    """The rulebook in force as plain JSON."""
    if rules.built is not None and rules.built.bound is not None:
        return rules.built.bound
    from ticketcli.domain.builtin import EMPTY_RULEBOOK

    kept = reader.rulebook(rules.number) if rules.number else None
    return kept.bound if kept else EMPTY_RULEBOOK


def accept(tx: Transaction, files: RuleFiles, at: Instant) -> int:
    """Makes the files as they stand the current rulebook, though some are gone. Raises `InvalidRules` for bad files."""
    built = files.built()
    if built.bound is None:
        first = built.problems[0] if built.problems else "they do not check"
        raise InvalidRules(f"the rules do not check: {first}", "ticket rules check shows every problem")
    number = tx.keep_rulebook(built.hash, built.files, built.bound, at)
    tx.set_counter(CURRENT, number)
    return number
