from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.formats import date_format

from banyan.core.models import Activity

PULSE_DAYS = 28
ENOUGH_PEOPLE = 30  # under this, counts only: no percentages, no trends


@dataclass(frozen=True)
class Pulse:
    """People active on each of the last 28 whole local days; `change` is the daily mean of the
    last seven against that of the three weeks before, in whole people."""

    days: list[tuple[date, int]]
    mean: int
    change: int

    @property
    def points(self) -> list[tuple[str, int]]:
        return [(date_format(day, "MONTH_DAY_FORMAT"), count) for day, count in self.days]

    @property
    def fewer(self) -> int:
        return -self.change

    @property
    def is_enough(self) -> bool:
        return sum(count for _, count in self.days) >= ENOUGH_PEOPLE


def zone_of(community: Any) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(community.zone)
    except (ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def pulse(community: Any, *, now: datetime) -> Pulse:
    """One query: distinct people with any event in the log, per day in the community's zone."""
    zone = zone_of(community)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=PULSE_DAYS)  # today is not over yet, so it is left out
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    rows = (
        Activity.objects.filter(community_id=community.pk, at__gte=start, actor__isnull=False)
        .annotate(day=TruncDate("at", tzinfo=zone))
        .values("day")
        .annotate(people=Count("actor", distinct=True))
        .values_list("day", "people")
    )
    counted = dict(rows)
    days = [first + timedelta(days=n) for n in range(PULSE_DAYS)]
    series = [(day, counted.get(day, 0)) for day in days]
    week = [count for _, count in series[-7:]]
    before = [count for _, count in series[:-7]]
    mean = round(sum(week) / len(week))
    return Pulse(series, mean, mean - round(sum(before) / len(before)))
