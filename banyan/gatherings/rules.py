"""When a community meets: states, answers, limits, and the calendar file. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PLANNED, CANCELLED = "planned", "cancelled"
STATES = [(PLANNED, _("Planned")), (CANCELLED, _("Cancelled"))]
MOVES = {PLANNED: (CANCELLED,), CANCELLED: ()}

GOING, MAYBE, NO, WAITING = "going", "maybe", "no", "waiting"
ANSWERS = [
    (GOING, _("Going")),
    (MAYBE, _("Maybe")),
    (NO, pgettext_lazy("to an invitation", "Not going")),
    (WAITING, _("On the waiting list")),
]
CHOSEN = (GOING, MAYBE, NO)

TITLE_LENGTH, PLACE_LENGTH, LINK_LENGTH, REASON_LENGTH = 120, 200, 500, 300
TEXT_LENGTH = 5_000
MOST_PLACES = 100_000
LONGEST_DAYS = 14
LATEST_DAYS = 730
SOON_SECONDS = 24 * 3600


def has_room(going: int, capacity: int | None) -> bool:
    return capacity is None or going < capacity


def calendar(
    *, uid: str, title: str, text: str, place: str, url: str, starts_at: datetime,
    ends_at: datetime, changed_at: datetime, version: int, is_cancelled: bool,
) -> str:  # fmt: skip
    """An iCalendar file (RFC 5545). Moments are in UTC: the reader's calendar knows the zones."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Banyan//Gatherings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{version}",
        f"DTSTAMP:{_moment(changed_at)}",
        f"DTSTART:{_moment(starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{_escaped(title)}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        f"URL:{url}",
    ]
    if text:
        lines.append(f"DESCRIPTION:{_escaped(text)}")
    if place:
        lines.append(f"LOCATION:{_escaped(place)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, never cut within a character."""
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > 75:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return "\r\n".join(parts)
