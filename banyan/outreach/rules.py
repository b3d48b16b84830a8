"""When people may be disturbed, and how what they are told is gathered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.core.notices import MAIL, PAGE, PUSH
from banyan.core.zones import zone_of

CHANNELS = [
    (PAGE, _("On the page")),
    (MAIL, _("By e-mail")),
    (PUSH, _("On this device")),
]
# Before anybody has said anything: nothing leaves the site.
DEFAULTS = {PAGE: True, MAIL: False, PUSH: False}
DIGEST = "digest"  # the weekly letter, kept as a switch of its own

QUIET_FROM, QUIET_UNTIL = 22, 8
KEPT_DAYS = 90
PAGE_ROWS = 60
MOST_SHOWN = 99
MOST_DEVICES = 10
MOST_IN_LETTER = 20

DIGEST_WEEKDAY, DIGEST_HOUR = 0, 9  # Monday at nine, where the person lives
DIGEST_PLACES, DIGEST_POSTS = 5, 3

# A newcomer's first post that nobody has answered for so long is brought before the hosts.
FIRST_REPLY_REMIND_HOURS = 2
FIRST_REPLY_HOURS = 24


def is_quiet(hour: int, begin: int, end: int) -> bool:
    """Whether `hour` (0 to 23) lies in the quiet hours; the same hour twice means none."""
    if begin == end:
        return False
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def loud_from(now: datetime, *, zone: str, begin: int, end: int) -> datetime:
    """The first moment from `now` on that is not quiet in `zone`."""
    here = now.astimezone(zone_of(zone))
    if not is_quiet(here.hour, begin, end):
        return now
    loud = here.replace(hour=end, minute=0, second=0, microsecond=0)
    if loud <= here:
        # By the calendar, so that a night with a changed clock ends at the same hour.
        loud = (here + timedelta(days=1)).replace(hour=end, minute=0, second=0, microsecond=0)
    return loud.astimezone(now.tzinfo)


def digest_week(now: datetime, zone: str) -> str | None:
    """The week whose letter is due now, like "2026-W48"; None before Monday at nine."""
    here = now.astimezone(zone_of(zone))
    if here.weekday() == DIGEST_WEEKDAY and here.hour < DIGEST_HOUR:
        return None
    year, week, _day = here.isocalendar()
    return f"{year}-W{week:02}"


def gathered(notices: Iterable[Any]) -> list[list[Any]]:
    """Notices of one topic about one thing together, as long as they are equally read.

    The order of the first of each stays.
    """
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for one in notices:
        key = (one.topic, one.about_kind, one.about_id, one.read_at is None)
        groups.setdefault(key, []).append(one)
    return list(groups.values())
