"""Opening hours on the time line: local days turned into spans of UTC seconds, four weeks at a time, when asked for.

An instant is open when the wall clock then shows a time inside a span of that date (or of the date before, for spans
over midnight). So an hour that the clock shows twice is open twice, and one that it leaves out is not counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from ticketcli.domain.calendar import Calendar
from ticketcli.domain.instants import NEVER, Instant, seconds_of
from ticketcli.domain.openingdays import DAY, Days
from ticketcli.errors import Invalid
from ticketcli.records import NamedTuple

if TYPE_CHECKING:
    from ticketcli.domain.durations import Duration

BLOCK = 28 * DAY
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST = seconds_of(datetime(1800, 1, 1))
_LAST = seconds_of(datetime(9990, 1, 1))
"""Nothing is open outside: dates end soon after."""
_MOST_BLOCKS = 2800
"""How far is looked, some two hundred years: what does not come in that time never comes. Also the most kept."""
ENDLESS = 10**11
"""Open seconds that no calendar has: the budget of a duration that never ends."""

Span = tuple[int, int]


class Block(NamedTuple):
    """Four weeks: where its open spans start and end, and how many open seconds lie before each, and in all."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int


def read_zone(name: str, zone: Any) -> tzinfo:
    """The time zone of that IANA name, UTC when none is given. Raises `Invalid` when there is no such zone."""
    if zone in (None, "UTC"):
        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, TypeError, OSError):
        raise Invalid(f"calendar {name}: no time zone {zone!r}", _zone_hint(zone)) from None


def _zone_hint(zone: Any) -> str:
    from zoneinfo import available_timezones

    from ticketcli.domain.nearest import nearest

    near = nearest(zone, available_timezones()) if isinstance(zone, str) else ""
    return f"did you mean {near}?" if near else "write it like Asia/Shanghai or Europe/Berlin"


class OpeningCalendar(Calendar):
    """A calendar with hours. Unchangeable; blocks are computed once and kept."""

    def __init__(self, name: str, zone: tzinfo, days: Days) -> None:
        self.name = name
        self._zone, self._days = zone, days
        self._blocks: dict[int, Block] = {}
        self._dated_end = (days.dated.stop - _EPOCH_DAY + 3) * DAY if days.dated else _FIRST
        self._end = _LAST if days.recurs else self._dated_end
        self._stays_open = days.stays_open
        working = [sum(end - start for start, end in spans) for spans in days.week if spans]
        self.typical_day = sum(working) // len(working) if working else 0
        if self.next_open((days.dated.start - _EPOCH_DAY - 3) * DAY if days.dated else 0) == NEVER:
            raise Invalid(f"calendar {name} never opens", "give it hours, or dates with spans")

    def is_open(self, t: float) -> bool:
        block = self._block(t)
        index = bisect_right(block.starts, t) - 1
        return index >= 0 and t < block.ends[index]

    def next_open(self, t: float) -> float:
        start, _ = next(self._spans_after(t), (NEVER, NEVER))
        return max(start, t)

    def next_close(self, t: float) -> float:
        closing = t
        if self._stays_open and t >= self._dated_end:
            return NEVER
        for start, end in self._spans_after(t):
            if start > closing:
                return closing
            closing = end
        return NEVER if self._index(closing) >= self._last_index(t) else closing

    def next_change(self, t: float) -> float:
        return self.next_close(t) if self.is_open(t) else self.next_open(t)

    def between(self, a: float, b: float) -> int:
        if b < a:
            return -self.between(b, a)
        low, high = self._index(a), self._index(b)
        whole = sum(self._at(index).total for index in range(low, high))
        return whole + self._used(b) - self._used(a)

    def add(self, t: float, seconds: float) -> float:
        if seconds <= 0:
            return self.next_open(t)
        if not t < self._end:
            return NEVER
        index, last, wanted = self._index(t), self._last_index(t), self._used(t) + seconds
        while wanted > self._at(index).total:
            wanted -= self._at(index).total
            index += 1
            if index > last:
                return NEVER
        return self._instant_of(self._at(index), wanted)

    def due(self, start: float, duration: Duration) -> float:
        if not duration.days:
            return self.add(start, duration.seconds)
        if start >= self._end or start < _FIRST:
            return NEVER
        day, clock = divmod(self._wall(int(start)), DAY)
        later = self._open_date(day, duration.days, 1)
        end = self.next_open(self._instant_at(later, clock)) if later is not None else NEVER
        return self.add(end, duration.seconds) if duration.seconds and end != NEVER else end

    def before(self, end: Instant, duration: Duration) -> float:
        begin = end
        if duration.days:
            day, clock = divmod(self._wall(end), DAY)
            earlier = self._open_date(day, duration.days, -1)
            if earlier is None:
                return -NEVER
            begin = self._instant_at(earlier, clock)
        return self._back(begin, duration.seconds) if duration.seconds else begin

    def budget(self, start: Instant, duration: Duration) -> int:
        if not duration.days:
            return duration.seconds
        due = self.due(start, duration)
        return ENDLESS if due == NEVER else self.between(start, due)

    def uncovered(self, a: float, b: float) -> tuple[int, ...]:
        if not self._days.named_years or not _FIRST <= a <= b < _LAST:
            return ()
        years = range(self._local(int(a)).year, self._local(int(b)).year + 1)
        return tuple(year for year in years if year not in self._days.named_years)

    # the time line

    def _index(self, t: float) -> int:
        return int(min(max(t, _FIRST), self._end) // BLOCK)

    def _last_index(self, t: float) -> int:
        """The last block in which something that begins at `t` is looked for."""
        return min(self._index(t) + _MOST_BLOCKS, self._index(NEVER))

    def _block(self, t: float) -> Block:
        return self._at(self._index(t))

    def _at(self, index: int) -> Block:
        block = self._blocks.get(index)
        if block is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            block = self._blocks[index] = _block_of(self._open_spans(index * BLOCK, (index + 1) * BLOCK))
        return block

    def _used(self, t: float) -> int:
        """Open seconds of its block before `t`."""
        block = self._block(t)
        index = bisect_right(block.starts, t) - 1
        return block.before[index] + int(min(t, block.ends[index])) - block.starts[index] if index >= 0 else 0

    def _instant_of(self, block: Block, used: float) -> float:
        """The first instant at which so many open seconds (more than 0) of the block have passed."""
        index = len(block.before) - 1
        while block.before[index] >= used:
            index -= 1
        return block.starts[index] + int(used) - block.before[index]

    def _spans_after(self, t: float) -> Iterator[Span]:
        """Open spans that end after `t`, in order; one that crosses blocks comes in two parts."""
        for index in range(self._index(t), self._last_index(t) + 1):
            block = self._at(index)
            for place in range(bisect_right(block.ends, t), len(block.ends)):
                yield block.starts[place], block.ends[place]

    def _back(self, end: int, seconds: int) -> float:
        """The first instant from which at most so many open seconds lead to `end`."""
        index, wanted = self._index(end), self._used(end) - seconds
        first = max(self._index(-NEVER), index - _MOST_BLOCKS)
        while wanted <= 0 and index > first:
            index -= 1
            wanted += self._at(index).total
        return self._instant_of(self._at(index), wanted) if wanted > 0 else -NEVER

    # local time

    def _local(self, t: int) -> datetime:
        return datetime.fromtimestamp(t, self._zone)

    def _wall(self, t: int) -> int:
        """What the wall clock shows, as seconds since the epoch of a zone without offset."""
        return t + self._offset(t)

    def _offset(self, t: int) -> int:
        offset = self._local(t).utcoffset() or timedelta()
        return offset.days * DAY + offset.seconds

    def _instant_at(self, day: int, clock: int) -> int:
        """The first instant at which the clock shows that time; one left out counts on from before the change."""
        naive = datetime(1970, 1, 1) + timedelta(days=day, seconds=clock)
        offset = naive.replace(tzinfo=self._zone).utcoffset() or timedelta()
        return seconds_of(naive) - offset.days * DAY - offset.seconds

    def _open_date(self, day: int, count: int, step: int) -> int | None:
        """The `count`-th date after `day` (or before, `step` -1) that has open time; None when there are too few."""
        reach = _MOST_BLOCKS * BLOCK // DAY
        last = min(self._end // DAY, day + reach) if step > 0 else max(_FIRST // DAY, day - reach)
        for other in range(day + step, last + step, step):
            if self._has_open_time(other):
                count -= 1
                if count == 0:
                    return other
        return None

    def _has_open_time(self, day: int) -> bool:
        start = self._instant_at(day, 0)
        return self.next_open(start) < self._instant_at(day + 1, 0)

    def _open_spans(self, start: int, end: int) -> Iterator[Span]:
        """The open spans of that stretch of time."""
        wall = list(self._wall_spans((start - DAY) // DAY, (end + DAY) // DAY))
        for piece_start, piece_end, offset in self._offsets(start, end):
            for wall_start, wall_end in wall:
                low, high = max(wall_start - offset, piece_start), min(wall_end - offset, piece_end)
                if low < high:
                    yield low, high

    def _wall_spans(self, first: int, last: int) -> Iterable[Span]:
        """What the wall clock shows as open on these days, breaks cut out."""
        spans: list[Span] = []
        cuts: list[Span] = []
        for day in range(first - 1, last + 1):
            ordinal, midnight = day + _EPOCH_DAY, day * DAY
            spans += [(midnight + start, midnight + end) for start, end in self._days.of(ordinal)]
            cuts += [(midnight + start, midnight + end) for start, end in self._days.breaks.get(ordinal, ())]
        return _without(_merged(spans), cuts)

    def _offsets(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The stretches of equal offset from UTC: start, end, offset. Changes are looked for once a day."""
        offset = self._offset(start)
        for known in range(start, end, DAY):
            after = self._offset(known + DAY)
            if after != offset:
                change = self._change(known, known + DAY, offset)
                yield start, change, offset
                start, offset = change, after
        yield start, end, offset

    def _change(self, low: int, high: int, offset: int) -> int:
        """The instant at which the offset stops being that, between one that has it and one that has not."""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(middle) == offset else (low, middle)
        return high


def _merged(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _without(spans: list[Span], cuts: list[Span]) -> list[Span]:
    for cut_start, cut_end in cuts:
        parts = [((start, min(end, cut_start)), (max(start, cut_end), end)) for start, end in spans]
        spans = [(start, end) for pair in parts for start, end in pair if start < end]
    return spans


def _block_of(spans: Iterable[Span]) -> Block:
    merged = _merged(list(spans))
    before, total = [], 0
    for start, end in merged:
        before.append(total)
        total += end - start
    return Block(tuple(start for start, _ in merged), tuple(end for _, end in merged), tuple(before), total)
