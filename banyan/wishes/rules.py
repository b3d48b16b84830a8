"""States of a wish and of waiting, who is told next, and when a price has fallen. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEPT, TAKEN_OFF = "kept", "taken-off"
WISH_STATES = [(KEPT, _("On the list")), (TAKEN_OFF, _("Taken off"))]
WISH_MOVES = {KEPT: (TAKEN_OFF,), TAKEN_OFF: (KEPT,)}

WAITING, TOLD, WITHDRAWN, BOUGHT, GONE = "waiting", "told", "withdrawn", "bought", "gone"
WAIT_STATES = [
    (WAITING, _("Waiting")),
    (TOLD, _("Told")),
    (WITHDRAWN, _("No longer wanted")),
    (BOUGHT, pgettext_lazy("a wish", "Bought")),
    (GONE, _("No longer sold")),
]
WAIT_MOVES = {
    WAITING: (TOLD, WITHDRAWN, BOUGHT, GONE),
    TOLD: (WAITING, WITHDRAWN, BOUGHT, GONE),
    WITHDRAWN: (WAITING,),
    BOUGHT: (WAITING,),
    GONE: (WAITING,),
}

MOST_WISHES = 300  # of one person in one community, and as many waits
PER_PAGE = 30
HEAD_START = timedelta(hours=24)
STANDS_FOR = timedelta(hours=1)
BETWEEN_NOTICES = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=30)  # what is over
FEW = 5  # fewer are not counted out, so that no single wisher is seen


def room(left: int | None, told_lately: int) -> int | None:
    """How many more may be told of `left` pieces; None is no limit (pieces are not counted).

    Whoever was told within HEAD_START and has not bought has a piece counted for them.
    """
    return None if left is None else max(left - told_lately, 0)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a price that somebody asked about.

    `mark_minor`: a fall is below this. `low_minor` was first seen at `low_since`. `told_at`: when
    they were last told of this product.
    """

    mark_minor: int
    low_minor: int | None = None
    low_since: datetime | None = None
    told_at: datetime | None = None


def look(watch: Watch, price_minor: int, now: datetime) -> tuple[Watch, bool]:
    """What is known after a look at today's price, and whether to tell them of it now.

    Told is a price that has stood below the mark for an hour, at most once in seven days; it is
    the next mark. A price that moves meanwhile begins its hour anew.
    """
    if price_minor >= watch.mark_minor:
        return Watch(watch.mark_minor, told_at=watch.told_at), False
    if watch.low_since is None or watch.low_minor != price_minor:
        return Watch(watch.mark_minor, price_minor, now, watch.told_at), False
    was_told = watch.told_at is not None and now - watch.told_at < BETWEEN_NOTICES
    if now - watch.low_since < STANDS_FOR or was_told:
        return watch, False
    return Watch(price_minor, told_at=now), True


def count_shown(number: int) -> int | None:
    """A number that may be named; None says "fewer than 5", also of none at all."""
    return number if number >= FEW else None
