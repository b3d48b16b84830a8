"""Kinds, states, limits, and who may write to whom. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

ROOM, DIRECT, GROUP = "room", "direct", "group"
KINDS = [(ROOM, _("Room of a community")), (DIRECT, _("Two people")), (GROUP, _("Small group"))]

OPEN, CLOSED = "open", "closed"
ROOM_MOVES = {OPEN: (CLOSED,), CLOSED: (OPEN,)}
ROOM_STATES = [(OPEN, _("Open")), (CLOSED, _("Closed"))]

# A seat: asked (a request waits for an answer), in, gone (left or declined).
ASKED, IN, GONE = "asked", "in", "gone"
SEAT_MOVES = {ASKED: (IN, GONE), IN: (GONE,), GONE: (ASKED, IN)}
SEAT_STATES = [(ASKED, _("Asked")), (IN, _("In")), (GONE, _("Gone"))]

SENT, HELD, HIDDEN, DELETED, REMOVED, ERASED = (
    "sent", "held", "hidden", "deleted", "removed", "erased",
)  # fmt: skip
MOVES = {
    SENT: (HIDDEN, DELETED, REMOVED, ERASED, HELD),
    HELD: (SENT, HIDDEN, DELETED, ERASED),
    HIDDEN: (SENT, DELETED, REMOVED, ERASED, HELD),
    DELETED: (SENT, HELD, HIDDEN, ERASED),
    REMOVED: (SENT, ERASED),  # by an appeal only
    ERASED: (),
}
STATES = [
    (SENT, _("Sent")),
    (HELD, _("Waits for a look")),
    (HIDDEN, _("Hidden by a moderator")),
    (DELETED, _("Deleted by its author")),
    (REMOVED, _("Removed by a moderator")),
    (ERASED, _("Erased with its author’s account")),
]

BODY_LENGTH = 2_000
NAME_LENGTH = 40
PAGE = 50
MOST_ROOMS = 20
MOST_IN_GROUP = 20
MOST_MENTIONS = 10
SLOW_STEPS = (0, 10, 30, 60, 300)

WINDOW_SECONDS = 30
MESSAGES_PER_WINDOW = 20
HOUR_SECONDS = 3600
REQUESTS_PER_HOUR = 10
WORDS_BEFORE_ANSWER = 3  # of one who asks, until the other has answered
UNDO_SECONDS = 3600

# Ages: whom a region lets write to others directly. "" has not said.
BANDS = {"": frozenset({"", "teen", "adult"})}


def may_be_written_to(*, band: str, region: str) -> bool:
    """Whether somebody of this age band takes part in direct messages in this region."""
    return band in BANDS.get(region, BANDS[""])


def waits(*, last_at: datetime | None, slow_seconds: int, now: datetime) -> int:
    """Whole seconds until the next message under slow mode."""
    if last_at is None or not slow_seconds:
        return 0
    left = last_at + timedelta(seconds=slow_seconds) - now
    return max(0, -int(-left.total_seconds() // 1))


def may_follow_up(*, own: int, theirs: int) -> bool:
    """Whether one who asked may say more: a few words before the first answer, then freely."""
    return theirs > 0 or own < WORDS_BEFORE_ANSWER


_AT = re.compile(r"@([^\s@][^@\n]{0,59})")


def possible_names(text: str) -> set[str]:
    """Everything after an @ that could be a name: "@Mei Lin hi" gives "M" to "Mei Lin hi"."""
    found: set[str] = set()
    for tail in _AT.findall(text)[:MOST_MENTIONS]:
        found.update(tail[:n].rstrip() for n in range(1, len(tail) + 1))
    return found


def mentioned(text: str, names: Iterable[str]) -> set[str]:
    """Of `names`, those that stand after an @, the longest where several would fit."""
    known = sorted(set(names), key=len, reverse=True)
    found = (
        next((name for name in known if name and tail.startswith(name)), None)
        for tail in _AT.findall(text)[:MOST_MENTIONS]
    )
    return {name for name in found if name}


_PARTS = re.compile(r"(<[^>]*>)")


def mark_mentions(rendered: str, names: Iterable[str]) -> str:
    """Clean HTML with "@Name" set off, in its text only."""
    marks = {
        f"@{html.escape(name, quote=False)}": name
        for name in sorted(set(names), key=len, reverse=True)
    }
    if not marks:
        return rendered
    any_of = re.compile("|".join(re.escape(mark) for mark in marks))
    return "".join(
        part if part.startswith("<") else any_of.sub(r'<b class="at">\g<0></b>', part)
        for part in _PARTS.split(rendered)
    )
