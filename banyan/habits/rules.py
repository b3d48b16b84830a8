"""Days in a row, grace, weeks, quests and levels. Pure. Standing is not money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.core.zones import zone_of

HERE = "habits.here"  # kept with the community; without it nobody pays for any of this
GONE, LIVE = 1, 2  # of it: only what was given once, to be taken back; something is on now
CHECK_IN = "habits.check-in"  # kept with the community: one can check in
RIGHT = "campaigns.run"

WEEK_ROW, MONTH_ROW = 7, 30  # days in a row that give more, and again after as many
GRACE_EVERY, GRACE_MOST = 7, 2
SHELF_DAYS = 10
MOST_LEAVES, MOST_POINTS, MOST_NUMBER = 100_000, 10_000, 1000
QUESTS_MOST, LEVELS_MOST = 12, 9
TITLE_LENGTH, NAME_LENGTH, REASON_LENGTH = 80, 24, 200
NEWCOMER_DAYS = 30
HOLD_DAYS = 3  # so that a slip can be taken back

POSTS, THANKED, WELCOMES, PROFILE = "posts", "thanked", "welcomes", "profile"
REVIEWS, GATHERINGS, ORDERS = "reviews", "gatherings", "orders"
ACTS = [
    (POSTS, _("Post something")),
    (THANKED, _("Be thanked for an answer")),
    (WELCOMES, _("Answer the post of a newcomer")),
    (PROFILE, _("Have a picture and a few words about oneself")),
    (REVIEWS, _("Review something received")),
    (GATHERINGS, _("Be at a gathering")),
    (ORDERS, _("Complete an order and keep it")),
]

ONCE, WEEKLY = "once", "weekly"
PERIODS = [(ONCE, pgettext_lazy("quest", "Once")), (WEEKLY, pgettext_lazy("quest", "Each week"))]
ONLY_ONCE = (PROFILE,)
FOR_GOOD = (PROFILE,)  # whoever takes a picture of themselves down loses nothing by it

ON, OFF = "on", "off"
QUEST_STATES = [
    (ON, pgettext_lazy("quest", "Running")),
    (OFF, pgettext_lazy("quest", "Taken down")),
]
QUEST_MOVES = {ON: (OFF,), OFF: (ON,)}

GIVEN, BACK, TAKEN = "given", "back", "taken"
GIFT_STATES = [
    (GIVEN, pgettext_lazy("habits", "Given")),
    (BACK, pgettext_lazy("habits", "Went back with the act")),
    (TAKEN, pgettext_lazy("habits", "Taken back")),
]
# What an operator took back stays so; what went back with its act comes again with it.
GIFT_MOVES = {GIVEN: (BACK, TAKEN), BACK: (GIVEN,), TAKEN: ()}

DONE, MENDED, TODAY, OPEN = "done", "mended", "today", "open"


def local_day(now: datetime, zone: str) -> date:
    return now.astimezone(zone_of(zone)).date()


@dataclass(frozen=True)
class Row:
    """Days in a row and the grace that was earned by them; mended days do not count as days."""

    days: int = 0
    grace: int = 0
    last_on: date | None = None


@dataclass(frozen=True)
class Step:
    """What one more day makes of a row."""

    row: Row
    mended: int


def missed(row: Row, day: date) -> int:
    """Days between the last one and `day`, both left out; 0 where there is no last one."""
    return 0 if row.last_on is None else (day - row.last_on).days - 1


def check_in(row: Row, day: date) -> Step | None:
    """One more day; None when it is not after the last one.

    Grace mends as many missed days as it has, all of them or none. Seven days in a row earn one.
    """
    if row.last_on is not None and day <= row.last_on:
        return None
    gap = missed(row, day)
    holds = row.last_on is not None and gap <= row.grace
    days = row.days + 1 if holds else 1
    grace = row.grace - gap if holds else row.grace
    if days % GRACE_EVERY == 0:
        grace = min(grace + 1, GRACE_MOST)
    return Step(Row(days, grace, day), gap if holds else 0)


def days_now(row: Row, today: date) -> int:
    """How many days the row has as long as it can still go on today; 0 once it cannot."""
    return row.days if missed(row, today) <= row.grace else 0


def leaves_for(days: int, *, day: int, week: int, month: int) -> int:
    """What the day gives, and more on every 7th and 30th day of the row."""
    more = (0 if days % WEEK_ROW else week) + (0 if days % MONTH_ROW else month)
    return day + more


def shelf(today: date, done: Iterable[date], mended: Iterable[date]) -> list[tuple[date, str]]:
    """The last days, today last."""
    had, grace = set(done), set(mended)
    found = []
    for back in range(SHELF_DAYS - 1, -1, -1):
        day = today - timedelta(days=back)
        if day in had:
            found.append((day, DONE))
        elif day in grace:
            found.append((day, MENDED))
        else:
            found.append((day, OPEN if back else TODAY))
    return found


def week_of(now: datetime, zone: str) -> date:
    """The Monday of the week it is, by the clock of the community."""
    day = local_day(now, zone)
    return day - timedelta(days=day.weekday())


def week_between(monday: date, zone: str) -> tuple[datetime, datetime]:
    since = datetime.combine(monday, time(), zone_of(zone))
    until = datetime.combine(monday + timedelta(days=7), time(), zone_of(zone))
    return since.astimezone(UTC), until.astimezone(UTC)


def points_for(spent_minor: int, point_minor: int) -> int:
    """Standing for money that was spent and kept: whole points, none where none are given."""
    return max(spent_minor, 0) // point_minor if point_minor else 0


def level_at(points: int, thresholds: Sequence[tuple[int, int]]) -> int | None:
    """Of (points, key), the key of the highest that is reached."""
    reached = [(needed, key) for needed, key in thresholds if needed <= points]
    return max(reached)[1] if reached else None
