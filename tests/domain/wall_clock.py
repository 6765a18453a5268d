"""What is open, known a second, slow way: by looking at the wall clock. Shares no code with calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WallClock:
    """Asks of single minutes whether they are open, straight from the keys of the rule file."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.zone = ZoneInfo(raw.get("timezone", "UTC"))

    def open_at(self, instant: int) -> bool:
        local = datetime.fromtimestamp(instant, self.zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        if self._inside(self._breaks(today), minute, self._breaks(today - timedelta(1))):
            return False
        return self._inside(self._spans(today), minute, self._spans(today - timedelta(1)))

    def _inside(self, today: list[str], minute: int, yesterday: list[str]) -> bool:
        return any(self._holds(span, minute) for span in today) or any(
            self._holds(span, minute + 1440) for span in yesterday
        )

    def _holds(self, span: str, minute: int) -> bool:
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
        return start <= minute < (end if end > start else end + 1440)

    def _breaks(self, day: date) -> list[str]:
        return list(self.raw.get("breaks", {}).get(day.isoformat(), []))

    def _spans(self, day: date) -> list[str]:
        text, yearly = day.isoformat(), "*" + day.isoformat()[4:]
        for holiday in self.raw.get("holidays", []):
            first, _, last = holiday.partition("..")
            if first <= text <= (last or first):
                return []
        if text in self.raw.get("dates", {}):
            return list(self.raw["dates"][text])
        for workday in self.raw.get("workdays", []):
            named = workday if isinstance(workday, dict) else {workday: "mon"}
            if text in named:
                return self._weekly(named[text])
        if yearly in self.raw.get("dates", {}):
            return list(self.raw["dates"][yearly])
        return [] if yearly in self.raw.get("holidays", []) else self._weekly(DAYS[day.weekday()])

    def _weekly(self, day: str) -> list[str]:
        return list(self.raw.get("hours", {}).get(day, []))
