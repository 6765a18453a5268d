"""The checks of a whole rulebook, in no order that matters. A new one is its module and a line in each table here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ticketcli.rulebook.checks import (
    catch_all,
    clocks,
    fitting,
    midnights,
    moves,
    never,
    order,
    reviews,
    undoing,
    waits,
)
from ticketcli.rulebook.checks.book import Book, Found
from ticketcli.rulebook.page import Page

CHECKS: tuple[Callable[[Book], Iterator[Found]], ...] = (
    order.check,
    never.check,
    catch_all.check,
    clocks.check,
    waits.check,
    undoing.check,
    moves.check,
    fitting.check,
    reviews.check,
    midnights.check,
)
PAGES: tuple[Page, ...] = (
    order.PAGE,
    never.PAGE,
    catch_all.PAGE,
    clocks.STILL,
    clocks.ENDLESS,
    clocks.ORDER,
    waits.UNANNOUNCED,
    waits.LONG,
    undoing.PAGE,
    moves.PAGE,
    fitting.PAGE,
    reviews.PAGE,
    midnights.PAGE,
)
