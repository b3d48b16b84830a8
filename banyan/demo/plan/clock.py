"""When people are here: weekend evenings most, more of them as the community grows."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

_WEEKDAY = (0.82, 0.84, 0.95, 0.88, 1.08, 1.5, 1.62)  # Monday first
_HOUR = (
    0.10, 0.04, 0.02, 0.02, 0.03, 0.08, 0.25, 0.60, 0.75, 0.60, 0.55, 0.60,
    0.90, 0.80, 0.55, 0.60, 0.85, 0.75, 0.80, 1.30, 2.00, 2.20, 1.40, 0.50,
)  # fmt: skip


def busyness(at: datetime, zone: ZoneInfo) -> float:
    """How much is going on at this hour, 1 is an average one."""
    local = at.astimezone(zone)
    weekend = 1.15 if local.weekday() >= 5 and local.hour >= 18 else 1.0
    return _WEEKDAY[local.weekday()] * _HOUR[local.hour] * weekend / 0.68


class Clock:
    """Draws moments between `start` and `end`, later ones more often by `growth`."""

    def __init__(self, rng: Random, *, start: datetime, end: datetime, zone: str, growth: float):
        self.rng, self.start, self.end = rng, start, end
        hours = int((end - start).total_seconds() // 3600)
        place, total = ZoneInfo(zone), 0.0
        self.hours: list[datetime] = []
        self.upto: list[float] = []
        for n in range(hours):
            at = start + timedelta(hours=n)
            total += busyness(at, place) * math.exp(growth * n / hours)
            self.hours.append(at)
            self.upto.append(total)

    def draw(self) -> datetime:
        at = self.rng.choices(self.hours, cum_weights=self.upto)[0]
        return at + timedelta(seconds=self.rng.randrange(3600))

    def many(self, count: int) -> list[datetime]:
        return sorted(self.draw() for _ in range(count))


def workday(at: datetime, zone: str, rng: Random) -> datetime:
    """The next moment of a working afternoon after `at`."""
    place = ZoneInfo(zone)
    local = at.astimezone(place)
    if local.hour >= 16:
        local += timedelta(days=1)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    is_today = local.hour < 16 and local.date() == at.astimezone(place).date()
    hour = max(13, local.hour + 1) if is_today else 14
    local = local.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))
    return local.astimezone(UTC)
