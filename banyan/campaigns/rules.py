"""States and moves of campaigns: group buys with their steps and teams, flash sales. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GROUP_BUY, FLASH_SALE = "group_buy", "flash_sale"
KINDS = [(GROUP_BUY, _("Group buy")), (FLASH_SALE, _("Flash sale"))]

DRAFT, SCHEDULED, LIVE, ENDED, STOPPED = "draft", "scheduled", "live", "ended", "stopped"
CAMPAIGN_MOVES = {
    DRAFT: (SCHEDULED, LIVE),
    SCHEDULED: (LIVE, DRAFT, STOPPED),
    LIVE: (ENDED, STOPPED),
    ENDED: (),
    STOPPED: (),
}
CAMPAIGN_STATES = [
    (DRAFT, _("Draft")),
    (SCHEDULED, pgettext_lazy("campaign", "Begins soon")),
    (LIVE, pgettext_lazy("campaign", "Live")),
    (ENDED, pgettext_lazy("campaign", "Over")),
    (STOPPED, pgettext_lazy("campaign", "Stopped")),
]
RUNS = (SCHEDULED, LIVE)  # by the clock, whether the sweep has moved it yet or not

OPEN, CLOSED = "open", "closed"
SUCCESS, FAILED, SELLER_COMPLETED = "success", "failed", "seller_completed"
TEAM_MOVES = {OPEN: (CLOSED,), CLOSED: (SUCCESS, FAILED, SELLER_COMPLETED)}
TEAM_STATES = [
    (OPEN, pgettext_lazy("group", "Open")),
    (CLOSED, pgettext_lazy("group", "Closed")),
    (SUCCESS, pgettext_lazy("group", "Complete")),
    (FAILED, pgettext_lazy("group", "Fell short")),
    (SELLER_COMPLETED, pgettext_lazy("group", "Completed by the shop")),
]
GOOD_ENDS = (SUCCESS, SELLER_COMPLETED)

RESERVED, PAID, CONFIRMED = "reserved", "paid", "confirmed"
RELEASED, REFUNDING, REFUNDED = "released", "refunding", "refunded"
SEAT_MOVES = {
    RESERVED: (PAID, RELEASED),
    PAID: (CONFIRMED, REFUNDING),
    RELEASED: (PAID,),  # paid after its time: back in while there is a place
    REFUNDING: (REFUNDED,),
    CONFIRMED: (),
    REFUNDED: (),
}
SEAT_STATES = [
    (RESERVED, pgettext_lazy("place in a group", "Kept while you pay")),
    (PAID, pgettext_lazy("place in a group", "Paid")),
    (CONFIRMED, pgettext_lazy("place in a group", "Confirmed")),
    (RELEASED, pgettext_lazy("place in a group", "Let go")),
    (REFUNDING, pgettext_lazy("place in a group", "Money on its way back")),
    (REFUNDED, pgettext_lazy("place in a group", "Paid back")),
]
HELD = (RESERVED, PAID, CONFIRMED)  # states in which a seat is somebody's
IN = (PAID, CONFIRMED)

# A buyer's share of a flash sale; some names are those of seats
GIVEN_BACK = "given_back"
CLAIM_MOVES = {
    RESERVED: (PAID, RELEASED),
    RELEASED: (PAID,),  # paid after its time, while there are pieces left
    PAID: (GIVEN_BACK,),
    GIVEN_BACK: (),
}
CLAIM_STATES = [
    (RESERVED, pgettext_lazy("pieces in a sale", "Kept while you pay")),
    (PAID, pgettext_lazy("pieces in a sale", "Bought")),
    (RELEASED, pgettext_lazy("pieces in a sale", "Let go")),
    (GIVEN_BACK, pgettext_lazy("pieces in a sale", "Called off")),
]
CLAIMS = (RESERVED, PAID)  # states in which pieces are somebody's
MOST_PIECES, MOST_PIECES_EACH = 10_000, 20

FEWEST, MOST_SEATS, MOST_STEPS = 2, 100, 5
LONGEST_HOURS = 24 * 14
MOST_EACH = 20

Step = tuple[int, int]  # seats from which a price holds, and the price in minor units

# What may be wrong with a plan
TOO_FEW, NOT_RISING, NOT_FALLING, TOO_MANY_SEATS, NO_STEPS, NO_PRICE, BAD_PIECES = (
    "too_few", "not_rising", "not_falling", "too_many_seats", "no_steps", "no_price", "bad_pieces",
)  # fmt: skip


def fault_of(steps: Sequence[Step], size: int) -> str:
    """What is wrong with these steps for teams of `size`; "" when nothing is."""
    if not steps or len(steps) > MOST_STEPS:
        return NO_STEPS
    seats, prices = [s for s, _price in steps], [p for _seats, p in steps]
    if seats[0] < FEWEST:
        return TOO_FEW
    if min(prices) < 1:
        return NO_PRICE
    if any(b <= a for a, b in pairwise(seats)):
        return NOT_RISING
    if any(b >= a for a, b in pairwise(prices)):
        return NOT_FALLING
    if seats[-1] > size or size > MOST_SEATS:
        return TOO_MANY_SEATS
    return ""


def fault_of_sale(steps: Sequence[Step], pieces: int, most_each: int) -> str:
    """What is wrong with a flash sale: one price, for so many pieces, so many for each."""
    if len(steps) != 1 or steps[0][1] < 1:
        return NO_PRICE
    if not 1 <= pieces <= MOST_PIECES or not 1 <= most_each <= min(MOST_PIECES_EACH, pieces):
        return BAD_PIECES
    return ""


def first_price(steps: Sequence[Step]) -> int:
    """What everybody pays on joining."""
    return steps[0][1]


def reached(steps: Sequence[Step], count: int) -> Step | None:
    """The furthest step that `count` people reach."""
    return max((step for step in steps if step[0] <= count), default=None)


def next_step(steps: Sequence[Step], count: int) -> Step | None:
    """The next step that `count` people have not reached yet."""
    return min((step for step in steps if step[0] > count), default=None)


def final_price(steps: Sequence[Step], count: int) -> int:
    """What each pays in the end: the price of the step reached, at least the first one's."""
    step = reached(steps, count)
    return step[1] if step else first_price(steps)


def verdict(
    steps: Sequence[Step], paid: int, *, by_seller: bool = False, is_stopped: bool = False
) -> str:
    """How a team ends that closes with so many paid seats."""
    if is_stopped or not paid:
        return FAILED
    if by_seller:
        return SELLER_COMPLETED
    return SUCCESS if reached(steps, paid) else FAILED


def closes_at(now: datetime, *, hours: int, ends_at: datetime) -> datetime:
    """A team's own deadline: never later than the campaign's end."""
    return min(now + timedelta(hours=hours), ends_at)


def is_running(state: str, *, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    return state in RUNS and starts_at <= now < ends_at


def free_turn(used: Iterable[int], most: int) -> int | None:
    """The lowest of a person's `most` turns in a campaign that is free."""
    taken = set(used)
    return next((n for n in range(1, most + 1) if n not in taken), None)
