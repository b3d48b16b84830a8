"""Days of a challenge: which one it is, which may be made up, how far somebody is behind. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from banyan.core.zones import zone_of

SCHEDULED, RUNNING, ENDED, CANCELLED = "scheduled", "running", "ended", "cancelled"
MOVES = {SCHEDULED: (RUNNING, CANCELLED), RUNNING: (ENDED,)}
STATES = [
    (SCHEDULED, _("Begins soon")),
    (RUNNING, _("Running")),
    (ENDED, _("Over")),
    (CANCELLED, _("Called off")),
]
FEWEST_DAYS, MOST_DAYS, MOST_TEAMS = 3, 100, 12
LONGEST_WORDS = 500
HERE_DAYS = 3  # who checked in within so many days is "still going"
REMIND_HOUR = 20  # of the member's own day; quiet hours begin at 22

DONE, MADE_UP, TODAY, MISSED, AHEAD = "done", "made-up", "today", "missed", "ahead"


def local_day(now: datetime, zone: str) -> date:
    return now.astimezone(zone_of(zone)).date()


def last_day(starts_on: date, days: int) -> date:
    return starts_on + timedelta(days=days - 1)


def number(day: date, starts_on: date) -> int:
    """1 on the first day."""
    return (day - starts_on).days + 1


def begins_at(starts_on: date, zone: str) -> datetime:
    return datetime.combine(starts_on, time(), zone_of(zone)).astimezone(UTC)


def ends_at(starts_on: date, days: int, zones: Collection[str]) -> datetime:
    """When the last day is over for everybody: in the zone that is last to end it."""
    after = starts_on + timedelta(days=days)
    return max(begins_at(after, zone) for zone in {*zones} or {"UTC"})


def is_day_of(day: date, starts_on: date, days: int) -> bool:
    return starts_on <= day <= last_day(starts_on, days)


def may_make_up(day: date, *, today: date, starts_on: date, days: int, done: Collection[date],
                used: int, allowed: int) -> bool:  # fmt: skip
    """A missed day of the challenge, while some of the allowed ones are left."""
    return day < today and is_day_of(day, starts_on, days) and day not in done and used < allowed


def missed(*, today: date, starts_on: date, days: int, done: Collection[date]) -> list[date]:
    """Days that are over without a check-in, latest first."""
    over = min((today - starts_on).days, days)
    past = (starts_on + timedelta(days=n) for n in range(over - 1, -1, -1))
    return [day for day in past if day not in done]


def behind(*, today: date, starts_on: date, days: int, done: int, done_today: bool) -> int:
    """How many of the days that are over somebody has not done."""
    over = max(0, min((today - starts_on).days, days))
    return max(0, over - (done - (1 if done_today else 0)))


def may_still_reach(*, today: date, starts_on: date, days: int, done: int, done_today: bool,
                    needed: int, makeups_left: int) -> bool:  # fmt: skip
    """Whether enough days are left, today and those to be made up included."""
    left = max(0, (last_day(starts_on, days) - today).days + 1)
    left = min(left, days) - (1 if done_today else 0)
    open_past = behind(
        today=today, starts_on=starts_on, days=days, done=done, done_today=done_today
    )
    return done + left + min(makeups_left, open_past) >= needed


def shelf(*, today: date, starts_on: date, days: int, done: Collection[date],
          made_up: Collection[date] = ()) -> list[str]:  # fmt: skip
    """What stands in each place of the shelf."""
    found = []
    for n in range(days):
        day = starts_on + timedelta(days=n)
        if day in done:
            found.append(MADE_UP if day in made_up else DONE)
        elif day == today:
            found.append(TODAY)
        else:
            found.append(MISSED if day < today else AHEAD)
    return found
