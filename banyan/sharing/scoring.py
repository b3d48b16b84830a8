"""What speaks for a made-up order, and how much: points for each reason, pure.

One sign alone that honest people show as well (the same network, a busy hour, a coupon) stays below
`HOLD_AT`. Nothing is refused by points: what reaches it waits for a person, with its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext_lazy as _

HOLD_AT = 50
KEPT = timedelta(days=90)  # marks of networks and devices, and how far back anything is looked at
HALF_HOUR = timedelta(minutes=30)
HOPS = 3

DEVICE, NETWORK = "device", "network"
(
    SAME_DEVICE, SAME_HOME, SAME_CONTACT, SAME_NETWORK, CYCLE, HURRY, CROWD, CROWD_NETWORK,
    CAME_BACK, COUPON, COUPONS,
) = (
    "device", "home", "contact", "network", "cycle", "hurry", "crowd", "crowd_network",
    "came_back", "coupon", "coupons",
)  # fmt: skip

WORDS: dict[str, Any] = {
    SAME_DEVICE: _("Ordered in a browser that the sharer uses"),
    SAME_HOME: _("Goes to an address where the sharer’s own orders go"),
    SAME_CONTACT: _("Has the sharer’s own telephone or mailbox"),
    SAME_NETWORK: _("Came from the sharer’s own network"),
    CYCLE: _("The sharer buys by the links of those who buy by theirs"),
    HURRY: _("Many orders by this sharer’s links within an hour"),
    CROWD: _("Other buyers of this sharer have the same browser, address, telephone or mailbox"),
    CROWD_NETWORK: _("Several other buyers of this sharer came from the same network"),
    CAME_BACK: _("Goods that this sharer had earned by came back after the time they were held"),
    COUPON: _("The buyer’s first order, and at least half of it was taken off"),
    COUPONS: _("Several first orders by this sharer’s links, at least half of each taken off"),
}


@dataclass(frozen=True)
class Who:
    """How an order, or a person, can be known again: each part may be empty."""

    homes: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    marks: frozenset[tuple[str, str]] = frozenset()  # (kind, keyed hash)

    def of_kind(self, kind: str) -> frozenset[str]:
        return frozenset(mark for known, mark in self.marks if known == kind)

    def is_like(self, other: Who) -> bool:
        return bool(
            self.homes & other.homes
            or self.contacts & other.contacts
            or self.of_kind(DEVICE) & other.of_kind(DEVICE)
        )

    def is_near(self, other: Who) -> bool:
        return bool(self.of_kind(NETWORK) & other.of_kind(NETWORK))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One order that came by sharing, and what is known around it."""

    buyer: Who
    sharer: Who
    others: tuple[Who, ...] = field(default=())  # other buyers of the sharer
    in_hour: int = 1  # orders by this sharer's links around it, half an hour each way, with it
    cycle: int = 0  # hops until the sharer is met as a buyer; 0 is never
    cleared: int = 0  # orders whose commission had cleared
    came_back: int = 0  # of them, that were given back wholly or in part afterwards
    is_coupon_first: bool = False
    coupon_firsts: int = 0  # of the sharer's other orders


@dataclass(frozen=True)
class Reason:
    """`n` is how many of the kind that the words name; 0 where none is counted."""

    key: str
    points: int
    n: int = 0

    @property
    def words(self) -> Any:
        return WORDS[self.key]


def weigh(facts: Facts) -> list[Reason]:
    """The reasons to doubt an order, the heaviest first."""
    found = [*_against_the_sharer(facts), *_against_others(facts), *_against_the_course(facts)]
    return sorted(found, key=lambda reason: -reason.points)


def _against_the_sharer(facts: Facts) -> Iterable[Reason]:
    buyer, sharer = facts.buyer, facts.sharer
    if buyer.of_kind(DEVICE) & sharer.of_kind(DEVICE):
        yield Reason(SAME_DEVICE, 60)
    if buyer.homes & sharer.homes:
        yield Reason(SAME_HOME, 60)
    if buyer.contacts & sharer.contacts:
        yield Reason(SAME_CONTACT, 60)
    if buyer.is_near(sharer):
        yield Reason(SAME_NETWORK, 20)


def _against_others(facts: Facts) -> Iterable[Reason]:
    alike = sum(facts.buyer.is_like(other) for other in facts.others)
    if alike:
        yield Reason(CROWD, 60 if alike > 1 else 30, alike)
    near = sum(facts.buyer.is_near(other) for other in facts.others)
    if near > 2:
        yield Reason(CROWD_NETWORK, 25, near)


def _against_the_course(facts: Facts) -> Iterable[Reason]:
    if 0 < facts.cycle <= HOPS:
        yield Reason(CYCLE, 50, facts.cycle)
    if facts.in_hour >= 5:
        yield Reason(HURRY, 50 if facts.in_hour >= 12 else 30, facts.in_hour)
    if facts.came_back >= 2 and facts.came_back * 10 >= facts.cleared * 3:
        yield Reason(CAME_BACK, 50, facts.came_back)
    if facts.is_coupon_first:
        yield Reason(COUPON, 20)
        if facts.coupon_firsts >= 3 and facts.coupon_firsts * 2 >= len(facts.others):
            yield Reason(COUPONS, 40, facts.coupon_firsts)


def score(reasons: Iterable[Reason]) -> int:
    return sum(reason.points for reason in reasons)


# How people write the same thing in two ways
_ENDS = [("strasse", "st"), ("street", "st"), ("str", "st"), ("avenue", "ave"), ("road", "rd")]
_DOORS = {"apartment", "apt", "flat", "unit"}
_NOT_WORDS = re.compile(r"[\W_]+")


def _short(word: str) -> str:
    for long, short in _ENDS:
        if word.endswith(long):
            return word.removesuffix(long) + short
    return word


def home_of(line1: str, line2: str, postcode: str, country: str) -> str:
    """An address as one word that small differences of writing do not change; "" for none.

    House number and street in either order; what stands in the second line only names a door.
    """
    text = normalize("NFKC", line1).casefold()
    words = [word for word in _NOT_WORDS.split(text) if word and word not in _DOORS]
    if not words or not postcode.strip():
        return ""
    numbers = sorted(word for word in words if word[0].isdecimal())
    street = "".join(_short(word) for word in words if not word[0].isdecimal())
    return f"{country}:{_NOT_WORDS.sub('', postcode.casefold())}:{street}:{'-'.join(numbers)}"


def telephone_of(phone: str) -> str:
    """The last nine digits, whatever stands before them; "" for too few to tell anybody by."""
    digits = "".join(str(int(c)) for c in normalize("NFKC", phone) if c.isdecimal())
    return f"tel:{digits[-9:]}" if len(digits) >= 7 else ""


_DOTLESS = {"gmail.com", "googlemail.com"}


def mailbox_of(email: str) -> str:
    """Where a letter arrives: without a tag after "+", and without dots where they say nothing."""
    name, _at, domain = email.strip().casefold().partition("@")
    name = name.split("+")[0]
    if domain in _DOTLESS:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}" if name and domain else ""
