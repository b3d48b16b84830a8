"""States of memberships, their days, and what a day of one is worth. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import pgettext_lazy

from banyan.core.zones import zone_of

HERE = "tiers"  # kept with the community: whether memberships are sold or held here
INNER = "tiers.inner"  # how many posts have a part for members of a tier

DRAFT, ON, OFF = "draft", "on", "off"
TIER_MOVES = {DRAFT: (ON,), ON: (OFF,), OFF: (ON,)}
TIER_STATES = [
    (DRAFT, pgettext_lazy("tier", "Draft")),
    (ON, pgettext_lazy("tier", "On sale")),
    (OFF, pgettext_lazy("tier", "Not on sale")),
]
MONTH, YEAR = "month", "year"
PERIODS = [(MONTH, pgettext_lazy("tier", "a month")), (YEAR, pgettext_lazy("tier", "a year"))]
MONTHS = {MONTH: 1, YEAR: 12}

TRIAL, ACTIVE, GRACE, PAUSED = "trial", "active", "grace", "paused"
CANCELLED, LAPSED, ENDED = "cancelled", "lapsed", "ended"
MOVES = {
    TRIAL: (ACTIVE, CANCELLED, LAPSED, ENDED),
    ACTIVE: (ACTIVE, GRACE, PAUSED, CANCELLED, LAPSED, ENDED),
    GRACE: (ACTIVE, LAPSED, ENDED),
    PAUSED: (ACTIVE, ENDED),
    CANCELLED: (TRIAL, ACTIVE, ENDED),
    LAPSED: (ACTIVE,),
    ENDED: (),
}
STATES = [
    (TRIAL, pgettext_lazy("paid membership", "Trying it out")),
    (ACTIVE, pgettext_lazy("paid membership", "Active")),
    (GRACE, pgettext_lazy("paid membership", "Waits for its payment")),
    (PAUSED, pgettext_lazy("paid membership", "Paused")),
    (CANCELLED, pgettext_lazy("paid membership", "Cancelled, until its end")),
    (LAPSED, pgettext_lazy("paid membership", "Run out")),
    (ENDED, pgettext_lazy("paid membership", "Over")),
]
LIVE = (TRIAL, ACTIVE, GRACE, PAUSED, CANCELLED)  # a member has at most one of these
GIVES = (TRIAL, ACTIVE, GRACE, CANCELLED)  # what a tier opens is open
RENEWS = (TRIAL, ACTIVE, GRACE, CANCELLED, LAPSED)

OPEN, PAID, VOID, RETURNED = "open", "paid", "void", "returned"
BILL_MOVES = {OPEN: (PAID, VOID, RETURNED), VOID: (RETURNED,), PAID: (), RETURNED: ()}
BILL_STATES = [(state, state) for state in BILL_MOVES]
JOIN, RENEW, UPGRADE, GIFT = "join", "renew", "upgrade", "gift"
WHY = [(why, why) for why in (JOIN, RENEW, UPGRADE, GIFT)]

GRACE_DAYS = 7
PAUSE_DAYS = 90  # then it goes on by itself
TRIAL_MOST = 60
LEVELS = 9

# Reminders, in their order; a membership remembers the last one it was given.
SOON, LATE, STILL, LAST = 1, 2, 3, 4


def day_of(now: datetime, zone: str) -> date:
    """The community's own day."""
    return now.astimezone(zone_of(zone)).date()


def next_day_at(now: datetime, zone: str) -> datetime:
    """When the community's next day begins."""
    return datetime.combine(day_of(now, zone) + timedelta(days=1), time.min, zone_of(zone))


def after(day: date, period: str) -> date:
    """The same day a month or a year on; the month's last where it has no such day."""
    months = day.year * 12 + day.month - 1 + MONTHS[period]
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def earned(value: int, *, starts_on: date, ends_on: date, on: date) -> int:
    """What of a term's value its passed days have earned when `on` begins, rounded down.

    All of it once the term is over, so that nothing is ever left.
    """
    days = (ends_on - starts_on).days
    passed = min(max((on - starts_on).days, 0), days)
    return value if passed == days else value * passed // days


def to_pay(price: int, *, of_days: int, days_left: int, unused: int) -> int:
    """What the days that are left of a term of `of_days` cost in a higher tier, less what is left
    of the lower one. Zero when that covers it.
    """
    rest = price - price * (of_days - days_left) // of_days
    return max(rest - unused, 0)


def reminder(state: str, *, until_on: date, grace_until_on: date | None, on: date) -> int:
    """Which reminder is due: one for a term that ends within three days, three in the grace."""
    if state in (TRIAL, ACTIVE):
        return SOON if (until_on - on).days <= 3 else 0
    if state == GRACE and grace_until_on is not None:
        left = (grace_until_on - on).days
        return LAST if left <= 1 else STILL if left <= 4 else LATE
    return 0


def take_from(rooms: Sequence[int], wanted: int) -> list[int]:
    """How much of `wanted` each gives, the first first; ValueError when all have too little."""
    parts = []
    for room in rooms:
        part = min(room, wanted)
        parts.append(part)
        wanted -= part
    if wanted:
        raise ValueError("more than there is")
    return parts
