"""The chart of accounts, what an entry must hold, and what it says. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Side = Literal[1, -1]
DEBIT: Side = 1
CREDIT: Side = -1

ASSETS, LIABILITIES, EQUITY, INCOME, EXPENSES, UNITS = (
    "assets",
    "liabilities",
    "equity",
    "income",
    "expenses",
    "units",
)
COST_KINDS = ("technology", "traffic", "logistics", "service")

# What has happened, as the modules above name it in `post(kind=…)`. Other kinds are allowed; these
# are the ones that reports ask for by name.
# Accounts where a buyer's own money stands.
BUYERS_FAMILIES = ("escrow", "campaign", "deferred", "refund_clearing")
ORDER_PAID = "order_paid"
PLEDGE_PAID = "pledge_paid"
PLEDGES_RELEASED = "pledges_released"  # a milestone's share of what backers paid
ORDER_COMPLETED = "order_completed"
MEMBERSHIP_SOLD = "membership_sold"
MEMBERSHIP_DAYS = "membership_days"
PAYMENTS = (ORDER_PAID, PLEDGE_PAID, MEMBERSHIP_SOLD)  # a buyer's money came
PROVIDER_FEE = "provider_fee"
REFUND_AGREED = "refund_agreed"
REFUND_EXECUTED = "refund_executed"
SURPLUS = "surplus"  # money that came twice or too late and goes straight back
COST = "cost"
LEAVES_EARNED = "leaves_earned"
LEAVES_BACK = "leaves_taken_back"
LEAVES_EXPIRED = "leaves_expired"
LEAVES_SPENT = "leaves_spent"
LEAVES_OWED = "leaves_owed"  # what was taken back too late, paid from the next ones


class BadLegs(ValueError):
    """Legs that are no entry: a mistake in the code that posts."""


@dataclass(frozen=True)
class Family:
    """Accounts whose code begins alike. `parts` is how many dotted parts follow the name.

    A guarded account keeps its balance in its row and never falls below zero on its normal side.
    """

    group: str
    side: Side
    guarded: bool = False
    parts: int = 0


def _liability(parts: int = 1, *, guarded: bool = True) -> Family:
    return Family(LIABILITIES, CREDIT, guarded, parts)


def _income() -> Family:
    return Family(INCOME, CREDIT)


def _expense(parts: int = 0) -> Family:
    return Family(EXPENSES, DEBIT, parts=parts)


# docs/adr/0005: costs have accounts of their own; taxes are not guarded, for they would be a row
# that every order writes.
CHART: dict[str, Family] = {
    "psp": Family(ASSETS, DEBIT, parts=1),
    "bank": Family(ASSETS, DEBIT),
    "clawback": Family(ASSETS, DEBIT, guarded=True, parts=1),
    "seller_debt": Family(ASSETS, DEBIT, guarded=True, parts=1),
    "dispute": Family(ASSETS, DEBIT, guarded=True, parts=1),
    "escrow": _liability(),
    "campaign": _liability(),
    "deposit": _liability(),
    "bounty": _liability(),
    "pending": _liability(),
    "available": _liability(),
    "held": _liability(),
    "leaf": _liability(),
    "leaf_debt": Family(ASSETS, DEBIT, guarded=True, parts=1),  # leaves taken back after they went
    "store_credit": _liability(),
    "deferred": _liability(2),
    "refund_clearing": _liability(),
    "payout_clearing": _liability(),
    "tax_payable": _liability(guarded=False),
    "owner": Family(EQUITY, CREDIT),
    "opening": Family(EQUITY, CREDIT),
    "sales": _income(),
    "shipping": _income(),
    "platform_fee": _income(),
    "gift_fee": _income(),
    "membership": _income(),
    "breakage": _income(),
    "forfeited_deposit": _income(),
    "payout_fee": _income(),
    "psp_fee": _expense(),
    "commission": _expense(),
    "subsidy": _expense(1),
    "rewards_cost": _expense(),
    "chargeback": _expense(),
    "bad_debt": _expense(),
    "rounding": _expense(),
    "cost": _expense(1),
    "issued": Family(UNITS, DEBIT),
    "wallet": Family(UNITS, CREDIT, guarded=True, parts=2),
    "redeemed": Family(UNITS, CREDIT),
    "expired": Family(UNITS, CREDIT),
}
_CHOICES = {"leaf": ("bought", "earned"), "cost": COST_KINDS}
_PART = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}\Z")
LONGEST_CODE = 100
LARGEST_MINOR = 10**15


def family_of(code: str) -> Family:
    """The family of an account code; BadLegs when the chart has no such account."""
    name, *rest = code.split(".")
    family = CHART.get(name)
    if family is None or len(rest) != family.parts or len(code) > LONGEST_CODE:
        raise BadLegs(f"no account is called {code!r}")
    if not all(_PART.match(part) for part in rest):
        raise BadLegs(f"{code!r} has a part that is no name")
    if name in _CHOICES and rest[0] not in _CHOICES[name]:
        raise BadLegs(f"no account is called {code!r}")
    return family


def commodity_of(code: str, *, currency: str, book_id: int) -> str:
    """What is counted in an account: the book's currency, or the book's leaves."""
    return f"LEAF.{book_id}" if family_of(code).group == UNITS else currency


@dataclass(frozen=True)
class Leg:
    """One line of an entry. Debit > 0, credit < 0, whole minor units.

    `order` and `line` are public ids as written in addresses, `member` a pseudonym: name them on
    every leg they concern, so that a statement is a slice of the books.
    """

    account: str
    minor: int
    order: str = ""
    line: str = ""
    member: UUID | None = None

    def __post_init__(self) -> None:
        if type(self.minor) is not int or abs(self.minor) > LARGEST_MINOR:
            raise BadLegs("a leg is a whole number of minor units")


def checked(legs: Iterable[Leg], *, currency: str, book_id: int) -> list[Leg]:
    """The legs that move something, in their order. BadLegs unless they sum to 0 per commodity."""
    moving = [leg for leg in legs if leg.minor]
    sums: dict[str, int] = defaultdict(int)
    for leg in moving:
        sums[commodity_of(leg.account, currency=currency, book_id=book_id)] += leg.minor
    if not moving or any(sums.values()):
        raise BadLegs(f"an entry sums to zero per commodity, this one to {dict(sums)}")
    return moving


def fingerprint(*, kind: str, memo: str, reverses: int | None, legs: Sequence[Leg]) -> str:
    """What makes two postings under one key the same; the moment and the actor do not count."""
    rows = [[leg.account, leg.minor, leg.order, leg.line, str(leg.member or "")] for leg in legs]
    return digest([kind, memo, reverses, rows])


def digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def deltas(legs: Iterable[Leg]) -> dict[str, int]:
    """How each guarded account's balance changes on its normal side; codes in a fixed order."""
    change: dict[str, int] = defaultdict(int)
    for leg in legs:
        family = family_of(leg.account)
        if family.guarded:
            change[leg.account] += leg.minor * family.side
    return {code: change[code] for code in sorted(change) if change[code]}


# What an entry tells a reader: read from what it moves, not from what it is called.
PAID, AGREED, PAID_BACK, STRAY, COMPLETED, FEE, SPENT, SETTLED, OTHER = (
    "paid",
    "agreed",
    "paid_back",
    "stray",
    "completed",
    "fee",
    "spent",
    "settled",
    "other",
)
EARNED, UNEARNED, CLEARED, SENT, ARRIVED, RETURNED = (
    "earned",
    "unearned",
    "cleared",
    "sent",
    "arrived",
    "returned",
)
PLEDGED, RELEASED = "pledged", "released"  # money of a project's backers
TERM_PAID, TERM_EARNED = "term_paid", "term_earned"  # of a paid membership
SHARED = (EARNED, UNEARNED, CLEARED, SENT, ARRIVED, RETURNED)  # stories of a member's own gain
BUYERS_STORIES = (
    PAID,
    PLEDGED,
    TERM_PAID,
    AGREED,
    PAID_BACK,
    STRAY,
)  # whose legs are a buyer's own money
# Accounts where the gain of members stands until it is paid out.
GAINERS_FAMILIES = ("held", "available", "payout_clearing", "clawback", "leaf", "leaf_debt")
GAINS_FAMILIES = ("commission", "rewards_cost", "breakage")  # what it cost, less what lapsed
# What an entry about leaves tells; its size is counted in leaves as in minor units.
GIVEN, TAKEN, LAPSED, EXCHANGED, KEPT = ("given", "taken", "lapsed", "exchanged", "kept")


@dataclass(frozen=True)
class Told:
    """The story of one entry: `minor` is its size, `change` what it does to the shop's money."""

    story: str
    minor: int
    change: int
    cost_kind: str = ""


def told(legs: Sequence[tuple[str, int]]) -> Told:
    """What an entry of (account code, minor) is about. Units of leaves are left out."""
    sums: dict[str, int] = defaultdict(int)
    cost_kind = ""
    for code, minor in legs:
        name = code.partition(".")[0]
        if CHART[name].group != UNITS:
            sums[name] += minor
        if name == "cost":
            cost_kind = code.partition(".")[2]
    about_leaves = _told_of_leaves(sums)
    if about_leaves is not None:
        return about_leaves
    psp, clearing, escrow = sums["psp"], sums["refund_clearing"], sums["escrow"]
    if sums["deferred"] and psp:
        return Told(TERM_PAID, psp, psp)
    if sums["deferred"] and sums["membership"]:
        return Told(TERM_EARNED, sums["deferred"], 0)
    if sums["cost"]:
        return Told(SPENT, sums["cost"], -sums["cost"], cost_kind)
    if sums["psp_fee"]:
        return Told(FEE, sums["psp_fee"], -sums["psp_fee"])
    if psp and clearing:
        story = STRAY if psp > 0 else PAID_BACK
        return Told(story, abs(psp), 0)
    if sums["commission"]:
        story = EARNED if sums["commission"] > 0 else UNEARNED
        return Told(story, abs(sums["commission"]), -sums["commission"])
    if sums["held"] > 0 and not psp:
        return Told(CLEARED, sums["held"], 0)
    if sums["payout_clearing"] < 0:
        return Told(SENT, -sums["payout_clearing"], 0)
    if sums["payout_clearing"] > 0:
        story = ARRIVED if sums["bank"] else RETURNED
        return Told(story, sums["payout_clearing"], 0)
    if psp and sums["bank"]:
        return Told(SETTLED, abs(psp), 0)
    if psp:
        return Told(PLEDGED if sums["campaign"] else PAID, psp, psp)
    if clearing:
        return Told(AGREED, -clearing, clearing)
    if sums["campaign"] > 0:
        return Told(RELEASED, sums["campaign"], 0)
    if escrow:
        return Told(COMPLETED, escrow, 0)
    return Told(OTHER, sum(minor for minor in sums.values() if minor > 0), 0)


def _told_of_leaves(sums: dict[str, int]) -> Told | None:
    cost, lapsed, leaf = sums["rewards_cost"], sums["breakage"], sums["leaf"]
    if cost:
        return Told(GIVEN if cost > 0 else TAKEN, abs(cost), -cost)
    if lapsed:
        return Told(LAPSED, abs(lapsed), -lapsed)
    if leaf and sums["leaf_debt"]:
        return Told(KEPT, abs(leaf), 0)
    if leaf and sums["sales"]:
        return Told(EXCHANGED, abs(leaf), 0)  # it was shared when the leaves were given
    return None
