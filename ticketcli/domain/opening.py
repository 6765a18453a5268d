"""Opening hours on the time line: open spans in UTC seconds, four weeks at a time, computed when asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ticketcli.domain.calendar import ENDLESS, Calendar
from ticketcli.domain.instants import NEVER, Instant, seconds_of
from ticketcli.domain.openingblock import BLOCK, EPOCH_DAY, Block, Span, build_block
from ticketcli.domain.openingdays import Days
from ticketcli.domain.zoneclock import DAY, ZoneClock
from ticketcli.errors import Invalid

if TYPE_CHECKING:
    from ticketcli.domain.durations import Duration

_FIRST = seconds_of(datetime(1800, 1, 1))
_LAST = seconds_of(datetime(9990, 1, 1))
"""Nothing is open outside: dates end soon after."""
_MOST_ANSWERS = 4096
_MOST_BLOCKS = 2800
"""How far is looked, some two hundred years: what does not come in that time never comes. Also the most kept."""


class OpeningCalendar(Calendar):
    """A calendar with hours. Unchangeable; blocks are computed once and kept."""

    def __init__(self, name: str, clock: ZoneClock, days: Days) -> None:
        self.name, self.zone = name, clock.zone
        self.clock, self.days = clock, days
        self._blocks: dict[int, Block] = {}
        self._answers: dict[tuple[Any, ...], Any] = {}
        """Of questions about durations: a plan asks the same ones of every pass, sweeps and lists of every look."""
        self._dated_end = (days.dated.stop - EPOCH_DAY + 3) * DAY if days.dated else _FIRST
        self._end = _LAST if days.recurs else self._dated_end
        self._stays_open = days.stays_open
        working = [sum(end - start for start, end in spans) for spans in days.week if spans]
        self.typical_day = sum(working) // len(working) if working else 0
        self.recurs = days.recurs
        if not self._ever_opens():
            raise Invalid(f"calendar {name} never opens", "give it hours, or dates with spans")

    def _ever_opens(self) -> bool:
        """Whether there is an open instant: after all named dates, or on one of those that have hours."""
        if self.days.recurs:
            return self.next_open(self._dated_end) != NEVER
        named = {*self.days.dates, *self.days.workdays}
        noons = ((day - EPOCH_DAY) * DAY + DAY // 2 for day in sorted(named) if self.days.of(day))
        return any(self._block(noon + step).total for noon in noons for step in (-2 * DAY, 2 * DAY))

    def is_open(self, t: float) -> bool:
        block = self._block(t)
        index = bisect_right(block.starts, t) - 1
        return index >= 0 and t < block.ends[index]

    def next_open(self, t: float) -> float:
        start, _ = next(self._spans_after(t), (NEVER, NEVER))
        return max(start, t)

    def next_close(self, t: float) -> float:
        if self._stays_open and t >= self._dated_end:
            return NEVER
        closing = t
        for start, end in self._spans_after(t):
            if start > closing:
                return closing
            closing = end
        looked_to = (self._last_index(t) + 1) * BLOCK
        return NEVER if t < looked_to <= closing else closing

    def next_change(self, t: float) -> float:
        return self.next_close(t) if self.is_open(t) else self.next_open(t)

    def between(self, a: float, b: float) -> int:
        if b < a:
            return -self.between(b, a)
        low, high = self._index(a), self._index(b)
        whole = sum(self._at(index).total for index in range(low, high))
        return whole + self._used(b) - self._used(a)

    def add(self, t: float, seconds: float) -> float:
        answer: float = self._once(self._add, t, seconds)
        return answer

    def _once(self, ask: Callable[[Any, Any], Any], *question: Any) -> Any:
        """The answer of `ask`, worked out once."""
        key = (ask.__name__, *question)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            answer = self._answers[key] = ask(*question)
        return answer

    def _add(self, t: float, seconds: float) -> float:
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
        return _instant_of(self._at(index), wanted)

    def due(self, start: float, duration: Duration) -> float:
        if not duration.days:
            return self.add(start, duration.seconds)
        answer: float = self._once(self._due, start, duration)
        return answer

    def _due(self, start: float, duration: Duration) -> float:
        if start >= self._end or start < _FIRST:
            return NEVER
        day, clock = self.clock.shows(int(start))
        later = self._open_date(int(start), day, duration.days)
        end = self.next_open(self.clock.instant_at(later, clock)) if later is not None else NEVER
        return self.add(end, duration.seconds) if duration.seconds and end != NEVER else end

    def before(self, end: Instant, duration: Duration) -> float:
        begin = end
        if duration.days:
            day, clock = self.clock.shows(end)
            earlier = self._open_date_before(end, day, duration.days)
            if earlier is None:
                return -NEVER
            begin = self.clock.instant_at(earlier, clock)
        return self._back(begin, duration.seconds) if duration.seconds else begin

    def budget(self, start: Instant, duration: Duration) -> int:
        if not duration.days:
            return duration.seconds
        answer: int = self._once(self._budget, start, duration)
        return answer

    def _budget(self, start: Instant, duration: Duration) -> int:
        due = self.due(start, duration)
        return ENDLESS if due == NEVER else self.between(start, due)

    def uncovered(self, a: float, b: float) -> tuple[int, ...]:
        if not self.days.named_years or not _FIRST <= a <= b < _LAST:
            return ()
        years = range(self.clock.year(int(a)), self.clock.year(int(b)) + 1)
        return tuple(year for year in years if year not in self.days.named_years)

    # the time line

    def _index(self, t: float) -> int:
        return int(min(max(t, _FIRST), self._end) // BLOCK)

    def _last_index(self, t: float) -> int:
        """The last block in which something that begins at `t` is looked for."""
        return min(self._index(t) + _MOST_BLOCKS, self._index(NEVER))

    def _first_index(self, t: float) -> int:
        """The same backwards."""
        return max(self._index(t) - _MOST_BLOCKS, self._index(-NEVER))

    def _block(self, t: float) -> Block:
        return self._at(self._index(t))

    def _at(self, index: int) -> Block:
        block = self._blocks.get(index)
        if block is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            block = self._blocks[index] = build_block(index, self.clock, self.days)
        return block

    def _used(self, t: float) -> int:
        """Open seconds of its block before `t`."""
        block = self._block(t)
        index = bisect_right(block.starts, t) - 1
        return block.before[index] + int(min(t, block.ends[index])) - block.starts[index] if index >= 0 else 0

    def _spans_after(self, t: float) -> Iterator[Span]:
        """Open spans that end after `t`, in order; one that crosses blocks comes in two parts."""
        for index in range(self._index(t), self._last_index(t) + 1):
            block = self._at(index)
            for place in range(bisect_right(block.ends, t), len(block.ends)):
                yield block.starts[place], block.ends[place]

    def _back(self, end: int, seconds: int) -> float:
        """The first instant from which at most so many open seconds lead to `end`."""
        index, wanted = self._index(end), self._used(end) - seconds
        first = self._first_index(end)
        while wanted <= 0 and index > first:
            index -= 1
            wanted += self._at(index).total
        return _instant_of(self._at(index), wanted) if wanted > 0 else -NEVER

    def _open_date(self, t: Instant, day: int, count: int) -> int | None:
        """The `count`-th local date after `day`, which is that of `t`, that has open time; None if there are fewer."""
        for index in range(self._index(t), self._last_index(t) + 1):
            dates = self._at(index).dates
            place = bisect_right(dates, day) + count - 1
            if place < len(dates):
                return dates[place]
            count = place - len(dates) + 1
            day = max(day, dates[-1]) if dates else day
        return None

    def _open_date_before(self, t: Instant, day: int, count: int) -> int | None:
        """The same backwards."""
        for index in range(self._index(t), self._first_index(t) - 1, -1):
            dates = self._at(index).dates
            place = bisect_left(dates, day) - count
            if place >= 0:
                return dates[place]
            count = -place
            day = min(day, dates[0]) if dates else day
        return None


def _instant_of(block: Block, used: float) -> float:
    """The first instant at which so many open seconds (more than 0) of the block have passed."""
    index = bisect_left(block.before, used) - 1
    return block.starts[index] + int(used) - block.before[index]
