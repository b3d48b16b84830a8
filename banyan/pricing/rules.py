"""States of discounts and coupons, what a discount takes off, and which go together. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product as every_choice

from django.utils.translation import pgettext_lazy

from banyan.core.money import largest_remainder

# In the order in which they are worked out: each sees what the earlier ones left.
MEMBER, AUTOMATIC, COUPON = "member", "automatic", "coupon"
KINDS = [
    (MEMBER, pgettext_lazy("kind of discount", "Member price")),
    (AUTOMATIC, pgettext_lazy("kind of discount", "By itself")),
    (COUPON, pgettext_lazy("kind of discount", "Coupon")),
]
IN_ORDER = (MEMBER, AUTOMATIC, COUPON)
BY_ITSELF = (MEMBER, AUTOMATIC)  # no code is entered for these

DRAFT, ACTIVE, ENDED = "draft", "active", "ended"
DISCOUNT_MOVES = {DRAFT: (ACTIVE,), ACTIVE: (ENDED,), ENDED: ()}
DISCOUNT_STATES = [
    (DRAFT, pgettext_lazy("discount", "Draft")),
    (ACTIVE, pgettext_lazy("discount", "Active")),
    (ENDED, pgettext_lazy("discount", "Over")),
]

CLAIMED, LOCKED, USED = "claimed", "locked", "used"
RELEASED, EXPIRED, REVOKED = "released", "expired", "revoked"
COUPON_MOVES = {
    CLAIMED: (LOCKED, EXPIRED, REVOKED),
    LOCKED: (USED, CLAIMED, RELEASED, EXPIRED),
    USED: (CLAIMED, RELEASED, EXPIRED),  # its order is paid back whole
    RELEASED: (LOCKED,),  # its order is paid after all, while there are coupons left
    EXPIRED: (),
    REVOKED: (),
}
COUPON_STATES = [
    (CLAIMED, pgettext_lazy("coupon", "Ready to use")),
    (LOCKED, pgettext_lazy("coupon", "Kept while you pay")),
    (USED, pgettext_lazy("coupon", "Used")),
    (RELEASED, pgettext_lazy("coupon", "Let go")),
    (EXPIRED, pgettext_lazy("coupon", "Over")),
    (REVOKED, pgettext_lazy("coupon", "Taken back by the shop")),
]

WHOLE_BP = 10_000
SHOWS = "pricing.shows"  # how many coupons the shop gives out, kept with the community
MOST_ACTIVE = 20  # discounts that work by themselves in one shop
MOST_COUPONS = 1_000_000
MOST_EACH = 100
MOST_PRODUCTS = 200

# Why a discount takes nothing off
NOT_YET, OVER, MEMBERS, TIER, NOT_FOR_THESE, TOO_LITTLE, TOO_FEW, NOTHING_LEFT = (
    "not_yet", "over", "members", "tier", "not_for_these", "too_little", "too_few", "nothing_left",
)  # fmt: skip
# and a code
UNKNOWN, ALL_TAKEN, ENOUGH, KEPT, TAKEN_BACK, NOT_FIRST, NOT_WITH_DEAL, TOO_MANY_TRIES = (
    "unknown", "all_taken", "enough", "kept", "taken_back", "not_first", "not_with_deal",
    "too_many_tries",
)  # fmt: skip


def code_of(text: str) -> str:
    """A code as it is kept: letters and digits in any script, big ones; "" when it is none."""
    found = unicodedata.normalize("NFKC", text).strip().upper()
    found = "".join(sign for sign in found if not sign.isspace())
    is_good = 3 <= len(found) <= 24 and all(sign.isalnum() or sign == "-" for sign in found)
    return found if is_good else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a basket: so many of one product at one price."""

    product_id: int
    quantity: int
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a discount says: a percentage or an amount, for which goods, from how much on."""

    id: int
    kind: str
    name: str = ""
    lang: str = ""
    percent_bp: int = 0
    amount_minor: int = 0
    products: frozenset[int] = frozenset()  # empty: the whole basket
    least_minor: int = 0
    least_pieces: int = 0
    members_only: bool = False
    level: int = 0  # of the paid tier that it is for, and of higher ones
    tier: str = ""  # what that tier is called
    starts_at: datetime
    ends_at: datetime | None = None

    def is_for(self, line: Line) -> bool:
        return not self.products or line.product_id in self.products

    def is_on(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def fault_of(
    rule: Rule, lines: Sequence[Line], *, is_member: bool, now: datetime, level: int = 0
) -> str:  # fmt: skip
    """Why a rule is not for these lines, whatever else is taken off; "" when it is."""
    if now < rule.starts_at:
        return NOT_YET
    if not rule.is_on(now):
        return OVER
    if rule.members_only and not is_member:
        return MEMBERS
    if level < rule.level:
        return TIER
    for_it = [line for line in lines if rule.is_for(line)]
    if not for_it:
        return NOT_FOR_THESE
    if sum(line.quantity for line in for_it) < rule.least_pieces:
        return TOO_FEW
    if sum(line.total_minor for line in for_it) < rule.least_minor:
        return TOO_LITTLE
    return ""


def parts(rule: Rule, lines: Sequence[Line], left: Sequence[int]) -> list[int]:
    """What the rule takes off each line, when `left` is what the lines cost so far.

    The percentage of their sum, rounded half up, or the amount as far as there is so much; split
    over them by largest remainder, so that it adds up and no line goes below zero.
    """
    weights = [cost if rule.is_for(line) else 0 for line, cost in zip(lines, left, strict=True)]
    base = sum(weights)
    if not base:
        return [0] * len(weights)
    if rule.percent_bp:
        off = (base * rule.percent_bp + WHOLE_BP // 2) // WHOLE_BP
    else:
        off = rule.amount_minor
    return largest_remainder(min(off, base), weights)


type Pair = tuple[str, str]


def pair(a: str, b: str) -> Pair:
    """Two kinds in the order in which they are worked out."""
    first, second = sorted((a, b), key=IN_ORDER.index)
    return first, second


PAIRS = [
    (MEMBER, MEMBER), (MEMBER, AUTOMATIC), (MEMBER, COUPON), (AUTOMATIC, AUTOMATIC),
    (AUTOMATIC, COUPON),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """`taken` in order, with the parts of each; `beside` who another one lost to, if to anyone."""

    taken: list[tuple[Rule, list[int]]]
    beside: list[tuple[Rule, Rule | None]]

    @property
    def minor(self) -> int:
        return sum(sum(off) for _rule, off in self.taken)


def _take(chosen: Iterable[Rule], lines: Sequence[Line]) -> list[tuple[Rule, list[int]]]:
    left = [line.total_minor for line in lines]
    taken = []
    for rule in sorted(chosen, key=lambda rule: (IN_ORDER.index(rule.kind), rule.id)):
        off = parts(rule, lines, left)
        if any(off):
            left = [cost - less for cost, less in zip(left, off, strict=True)]
            taken.append((rule, off))
    return taken


def best(fitting: Sequence[Rule], lines: Sequence[Line], together: Iterable[Pair]) -> Outcome:
    """The choice of rules, among those that may stand together, that takes the most off.

    Of two that take off the same, the one with fewer rules, without a coupon, with older rules.
    """
    allowed = set(together)
    ways: list[list[tuple[Rule, ...]]] = []
    for kind in IN_ORDER:
        own = sorted((rule for rule in fitting if rule.kind == kind), key=lambda rule: rule.id)
        if len(own) > 1 and (kind, kind) in allowed:
            ways.append([(), tuple(own)])
        else:
            ways.append([(), *((rule,) for rule in own)])
    found: tuple[tuple[int, int, bool, list[int]], list[tuple[Rule, list[int]]]] | None = None
    for choice in every_choice(*ways):
        chosen = [rule for some in choice for rule in some]
        kinds = sorted({rule.kind for rule in chosen}, key=IN_ORDER.index)
        if any(pair(a, b) not in allowed for n, a in enumerate(kinds) for b in kinds[n + 1 :]):
            continue
        taken = _take(chosen, lines)
        minor = sum(sum(off) for _rule, off in taken)
        uses = any(rule.kind == COUPON for rule, _off in taken)
        rank = (-minor, len(taken), uses, [rule.id for rule, _off in taken])
        if found is None or rank < found[0]:
            found = (rank, taken)
    taken = found[1] if found else []
    winners = [rule for rule, _off in taken]
    beside: list[tuple[Rule, Rule | None]] = []
    for rule in fitting:
        if rule not in winners:
            rival = next((w for w in winners if pair(w.kind, rule.kind) not in allowed), None)
            beside.append((rule, rival))
    return Outcome(taken, beside)


def free_turn(used: Iterable[int | None], most: int) -> int | None:
    """The lowest of a person's `most` coupons of a discount that is free."""
    taken = set(used)
    return next((n for n in range(1, most + 1) if n not in taken), None)


def pairs_of(given: object) -> tuple[Pair, ...]:
    """The pairs that a kept matrix names; anything else in it is nothing."""
    named = given if isinstance(given, list) else []
    return tuple(p for p in PAIRS if "+".join(p) in named)


def fits_counts(states: Mapping[str, int], issued: int) -> bool:
    """Whether a count of coupons by state is what the discount's own counter says."""
    return sum(n for state, n in states.items() if state != RELEASED) == issued
