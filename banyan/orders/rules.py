"""States and moves, what a basket costs, which post fits, what a refund pays back. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from banyan.core.money import largest_remainder

PLACED, PAID, FULFILLING, RECEIVED = "placed", "paid", "fulfilling", "received"
COMPLETED, EXPIRED, CANCELLED = "completed", "expired", "cancelled"
MOVES = {
    PLACED: (PAID, EXPIRED, CANCELLED),
    PAID: (FULFILLING, CANCELLED),
    FULFILLING: (RECEIVED, CANCELLED),
    RECEIVED: (COMPLETED,),
    EXPIRED: (PAID, CANCELLED),  # paid too late: revived while stock lasts, or else given back
    COMPLETED: (),
    CANCELLED: (),
}
TERMINAL = (COMPLETED, EXPIRED, CANCELLED)

ASKED, EXECUTED, FAILED = "asked", "executed", "failed"
REFUND_MOVES = {ASKED: (EXECUTED, FAILED), FAILED: (ASKED, EXECUTED), EXECUTED: ()}

RESERVED_MINUTES = 15
COMPLETES_AFTER_DAYS = 14
LATE_AFTER_DAYS = 3
MOST_OF_ONE = 99  # of one variant in one basket
MOST_LINES = 60

# Digits and letters that are not mistaken for one another when read aloud.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number_of(slug: str, n: int) -> str:
    """An order's number: the community's letter and six signs of `n`, as in K-7F3Q9A."""
    signs = []
    for _ in range(6):
        signs.append(SIGNS[n & 31])
        n >>= 5
    return f"{slug[0].upper()}-{''.join(reversed(signs))}"


@dataclass(frozen=True, slots=True)
class Item:
    """So many of one variant at one price."""

    variant_id: int
    quantity: int
    unit_minor: int
    needs_post: bool = True
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    items_minor: int
    post_minor: int
    tax_minor: int  # contained in the sum of the two, not added

    @property
    def total_minor(self) -> int:
        return self.items_minor + self.post_minor


def items_minor(items: Iterable[Item]) -> int:
    return sum(item.unit_minor * item.quantity for item in items)


def fits(
    items: Sequence[Item], *, country: str, regions: Sequence[str], most_grams: int | None
) -> bool:
    """Whether a rate serves this basket: everywhere when it names no region."""
    if regions and country not in regions:
        return False
    grams = sum(item.grams * item.quantity for item in items if item.needs_post)
    return most_grams is None or grams <= most_grams


def post_minor(items: Sequence[Item], *, price_minor: int, free_over_minor: int | None) -> int:
    """What post costs by one rate; nothing from `free_over_minor` of goods on."""
    if free_over_minor is not None and items_minor(items) >= free_over_minor:
        return 0
    return price_minor


def tax_within(gross_minor: int, bp: int) -> int:
    """The tax of `bp` hundredths of a percent that a price contains, rounded half up."""
    if bp <= 0:
        return 0
    return (2 * gross_minor * bp + 10000 + bp) // (2 * (10000 + bp))


def totals(items: Sequence[Item], *, post: int, tax_bp: int, off: int = 0) -> Totals:
    """`off` is taken off the goods; the post is what it would be without."""
    goods = items_minor(items) - off
    return Totals(goods, post, tax_within(goods + post, tax_bp))


def tax_parts(parts: Sequence[int], bp: int) -> list[int]:
    """The tax contained in each part, adding up to the tax contained in their sum."""
    if bp <= 0 or not sum(parts):
        return [0] * len(parts)
    return largest_remainder(tax_within(sum(parts), bp), parts)


def tax_left(tax: int, total: int, net: int) -> int:
    """The tax in what is left of a price that fell from `total` to `net`, rounded half up."""
    return (2 * tax * net + total) // (2 * total) if total else 0


def seen(items: Iterable[Item]) -> str:
    """A short mark of what a page showed: it changes when any item, count or price does."""
    rows = sorted((i.variant_id, i.quantity, i.unit_minor) for i in items)
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:24]


def target(total: int, quantity: int, returned: int) -> int:
    """How much of a line's `total` is paid back once `returned` of `quantity` pieces are.

    The line is shared out over its pieces by largest remainder, so that any sequence of partial
    refunds adds up exactly. A refund pays `target(after) - target(before)`.
    """
    if not 0 <= returned <= quantity:
        raise ValueError("more pieces than were bought")
    return sum(largest_remainder(total, [1] * quantity)[:returned]) if quantity else 0


def slice_of(total: int, quantity: int, before: int, more: int) -> int:
    """What giving back `more` pieces pays, when `before` were given back already."""
    return target(total, quantity, before + more) - target(total, quantity, before)
