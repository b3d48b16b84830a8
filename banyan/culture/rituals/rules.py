"""When a ritual comes back, and whose turn it is. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from banyan.core.zones import zone_of

ON, OFF = "on", "off"
MOVES = {ON: (OFF,), OFF: (ON,)}
STATES = [(ON, _("Coming back")), (OFF, _("Resting"))]
WEEKLY, MONTHLY = "weekly", "monthly"
RHYTHMS = [(WEEKLY, _("Every week")), (MONTHLY, _("Every month"))]
WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
PLANNED, OPENED, MISSED = "planned", "opened", "missed"
TURN_MOVES = {PLANNED: (OPENED, MISSED)}
TURN_STATES = [(PLANNED, _("Planned")), (OPENED, _("Held")), (MISSED, _("Did not take place"))]
AHEAD = 3  # so many turns have their host beforehand
REMIND = timedelta(days=2)
TOO_LATE = timedelta(hours=12)  # a turn that could not be opened within it is missed


def next_times(*, rhythm: str, weekday: int, month_day: int, hour: int, zone: str,
               after: datetime, count: int) -> list[datetime]:  # fmt: skip
    """The next moments later than `after`, at the same hour of the wall clock, in UTC."""
    place = zone_of(zone)
    day = after.astimezone(place).date()
    found: list[datetime] = []
    while len(found) < count:
        fits = day.weekday() == weekday if rhythm == WEEKLY else day.day == month_day
        at = _at(day, hour, place)
        if fits and at > after:
            found.append(at)
        day += timedelta(days=1)
    return found


def _at(day: date, hour: int, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), place).astimezone(UTC)


@dataclass(frozen=True)
class Candidate:
    """A volunteer: how often they hosted, when last, and since when they volunteer."""

    member_id: int
    hosted: int
    last_at: datetime | None
    since: datetime


_NEVER = datetime.min.replace(tzinfo=UTC)


def next_host(candidates: Sequence[Candidate], *, busy: Collection[int] = (),
              without: Collection[int] = ()) -> int | None:  # fmt: skip
    """Whose turn it is: whoever hosted least, of those longest ago, of those longest willing.

    `busy` have one of the turns ahead and come only when nobody else is left; `without` not at all.
    """
    fit = [one for one in candidates if one.member_id not in without]
    if not fit:
        return None
    best = min(
        fit,
        key=lambda one: (
            one.member_id in busy, one.hosted, one.last_at or _NEVER, one.since, one.member_id,
        ),
    )  # fmt: skip
    return best.member_id
