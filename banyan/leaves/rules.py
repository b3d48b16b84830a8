"""What gives leaves, how many, and what becomes of them. Pure. One leaf is one minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.core.zones import zone_of

PENDING, AVAILABLE, OVER = "pending", "available", "over"
LOT_STATES = [
    (PENDING, pgettext_lazy("leaves", "Cannot be used yet")),
    (AVAILABLE, pgettext_lazy("leaves", "Can be used")),
    (OVER, pgettext_lazy("leaves", "Used up")),
]
# What is given back after an undo goes to the lot it came from.
LOT_MOVES = {PENDING: (AVAILABLE, OVER), AVAILABLE: (OVER,), OVER: (AVAILABLE,)}

THANKS, ORDER, CHECK_IN, QUEST = "thanks", "order", "checkin", "quest"
WHY = [
    (THANKS, _("Thanked")),
    (ORDER, pgettext_lazy("leaves", "Order")),
    (CHECK_IN, pgettext_lazy("leaves", "Checked in")),
    (QUEST, pgettext_lazy("leaves", "Quest")),
]

POST, COMMENT = "post", "comment"
KINDS = [(POST, _("Post")), (COMMENT, _("Comment"))]

ON, OFF = "on", "off"
REWARD_STATES = [
    (ON, pgettext_lazy("reward", "On offer")),
    (OFF, pgettext_lazy("reward", "Taken down")),
]
REWARD_MOVES = {ON: (OFF,), OFF: (ON,)}

ASKED, HANDED, UNDONE = "asked", "handed", "undone"
EXCHANGE_STATES = [
    (ASKED, pgettext_lazy("reward", "To be handed over")),
    (HANDED, pgettext_lazy("reward", "Handed over")),
    (UNDONE, pgettext_lazy("reward", "Undone, leaves given back")),
]
EXCHANGE_MOVES = {ASKED: (HANDED, UNDONE), HANDED: (UNDONE,), UNDONE: ()}

MOST_LEAVES = 10**9
THANK_YOUS = "leaves.thanks"  # what one gives here, kept with the community; 0: no longer any
BP_MOST = 2000  # of an order's goods
HOLD_DAYS, LONGEST_HOLD_DAYS = 14, 120
THANKS_HOLD_DAYS = 3  # so that a slip can be taken back
THANKS_MOST_A_MONTH = 20
PAIR_A_MONTH = 2  # thank-yous from one member to the same other
CIRCLE_HOURS = 24
CIRCLE_HOPS = 3
EXPIRES_DAYS_LEAST, EXPIRES_DAYS_MOST = 30, 3650
GRACE_DAYS = 30  # for leaves that come back after their time
ACTIVE_DAYS = 90


def month_of(now: datetime, zone: str) -> date:
    """The first day of the month it is, by the clock of the community."""
    return now.astimezone(zone_of(zone)).date().replace(day=1)


def expires_at(available_at: datetime, days: int | None) -> datetime | None:
    return None if days is None else available_at + timedelta(days=days)


def share_of(base_minor: int, bp: int) -> int:
    """Leaves for goods of so much: rounded down, never below nothing."""
    return max(base_minor, 0) * bp // 10_000


def take_from(lefts: Sequence[int], wanted: int) -> list[int]:
    """So many out of lots in their order, the first one first; as many as there are."""
    parts = []
    for left in lefts:
        part = min(left, wanted)
        parts.append(part)
        wanted -= part
    return parts


def closes_a_circle(edges: Iterable[tuple[int, int]], *, giver: int, receiver: int) -> bool:
    """Whether this thank-you leads back to its giver over thank-yous given lately."""
    onward: dict[int, set[int]] = {}
    for one, other in edges:
        onward.setdefault(one, set()).add(other)
    reached = {receiver}
    for _hop in range(CIRCLE_HOPS - 1):
        reached |= {other for one in reached for other in onward.get(one, ())}
    return giver in reached
