"""Four weeks of a calendar on the time line: the local spans of its days turned into spans of UTC seconds.

An instant is open when the wall clock then shows a time inside a span of that date (or of the date before, for spans
over midnight). So an hour that the clock shows twice is open twice, and one that it leaves out is not counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from operator import itemgetter

from ticketcli.domain.instants import NEVER
from ticketcli.domain.openingdays import Days
from ticketcli.domain.zoneclock import DAY, Piece, ZoneClock
from ticketcli.records import NamedTuple

BLOCK = 28 * DAY
EPOCH_DAY = date(1970, 1, 1).toordinal()

Span = tuple[int, int]
_start_of, _end_of = itemgetter(0), itemgetter(1)


class Block(NamedTuple):
    """Where its open spans start and end, how many open seconds lie before each and in all, and which local dates
    (days since 1970) have open time in it."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    dates: tuple[int, ...]


def build_block(index: int, clock: ZoneClock, days: Days) -> Block:
    """The block `[index * BLOCK, (index + 1) * BLOCK)`."""
    start, end = index * BLOCK, (index + 1) * BLOCK
    wall = _wall_spans(days, start // DAY - 2, end // DAY + 1)
    spans: list[Span] = []
    dates: set[int] = set()
    for piece in clock.pieces(start, end):
        offset, shown = piece.offset, _shown(piece, wall)
        spans += [(low - offset, high - offset) for low, high in shown]
        dates.update([low // DAY for low, _ in shown])
        dates.update([day for low, high in shown if high - low // DAY * DAY > DAY for day in _later_days(low, high)])
    # Where the clock falls back an hour is open twice, and the second time may follow the first without a gap.
    return _block_of(_merged(spans), sorted(dates))


def _later_days(low: int, high: int) -> range:
    """The dates behind the first into which a span reaches."""
    return range(low // DAY + 1, (high - 1) // DAY + 1)


def _shown(piece: Piece, wall: list[Span]) -> list[Span]:
    """What of these local spans the clock shows in a stretch."""
    start, end = piece.start + piece.offset, piece.end + piece.offset
    first, last = bisect_right(wall, start, key=_end_of), bisect_left(wall, end, key=_start_of)
    inner = wall[first:last]
    if inner:
        inner[0] = (max(inner[0][0], start), inner[0][1])
        inner[-1] = (inner[-1][0], min(inner[-1][1], end))
    return inner


def _block_of(spans: list[Span], dates: list[int]) -> Block:
    lengths = accumulate((end - start for start, end in spans), initial=0)
    *before, total = lengths
    return Block(tuple(map(_start_of, spans)), tuple(map(_end_of, spans)), tuple(before), total, tuple(dates))


def _wall_spans(days: Days, first: int, last: int) -> list[Span]:
    """What the wall clock shows as open on these local dates, breaks cut out."""
    dates = [(day * DAY, day + EPOCH_DAY) for day in range(first, last + 1)]
    spans = [(day + start, day + end) for day, ordinal in dates for start, end in days.of(ordinal)]
    cuts = [(day + start, day + end) for day, ordinal in dates for start, end in days.breaks.get(ordinal, ())]
    return _without(_merged(spans), _merged(cuts))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """What they cover together, sorted and apart."""
    out: list[Span] = []
    reached = -NEVER
    for span in sorted(spans):
        if span[0] > reached:
            out.append(span)
            reached = span[1]
        elif span[1] > reached:
            reached = span[1]
            out[-1] = (out[-1][0], reached)
    return out


def _without(spans: list[Span], cuts: list[Span]) -> list[Span]:
    """Both sorted and apart; the result too."""
    out: list[Span] = []
    behind = 0
    for start, end in spans if cuts else ():
        while behind < len(cuts) and cuts[behind][1] <= start:
            behind += 1
        for cut_start, cut_end in cuts[behind:]:
            if cut_start >= end:
                break
            if start < cut_start:
                out.append((start, cut_start))
            start = cut_end
        if start < end:
            out.append((start, end))
    return out if cuts else spans
