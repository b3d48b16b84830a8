"""Entries as sentences: for the person who paid, and for the shop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money

from . import references, rules
from .models import Entry, Leg

TO_PERSON = {
    rules.PAID: _("You paid"),
    rules.PLEDGED: _("You pledged for a project, held until it is sure"),
    rules.AGREED: _("Refund agreed, on its way to you"),
    rules.PAID_BACK: _("Paid back to you"),
    rules.STRAY: _("Came twice or too late: it goes straight back to you"),
    rules.COMPLETED: _("Order completed, the shop has your money now"),
    rules.RELEASED: _("A part of what backers pledged went to the shop"),
    rules.EARNED: _("You earned by sharing, held for now"),
    rules.UNEARNED: _("Taken back: goods you had brought a buyer for came back"),
    rules.CLEARED: _("What you earned is yours now"),
    rules.SENT: _("A payout is on its way to you"),
    rules.ARRIVED: _("Paid out to you"),
    rules.RETURNED: _("A payout did not arrive and can be sent again"),
    rules.GIVEN: _("You were given leaves"),
    rules.TAKEN: _("Leaves taken back"),
    rules.LAPSED: _("Leaves that were not used in time"),
    rules.EXCHANGED: _("You exchanged leaves"),
    rules.KEPT: _("Leaves kept for those that were taken back"),
    rules.TERM_PAID: _("You paid for a membership"),
    rules.TERM_EARNED: _("Days of a membership have passed"),
    rules.OTHER: _("A line of the books that names you"),
}
TO_SHOP = {
    rules.PAID: _("Order paid"),
    rules.PLEDGED: _("Pledge paid, held for its project"),
    rules.AGREED: _("Refund agreed"),
    rules.PAID_BACK: _("Refund paid back"),
    rules.STRAY: _("A payment that came twice or too late, goes back"),
    rules.COMPLETED: _("Order completed"),
    rules.RELEASED: _("A project’s milestone paid out"),
    rules.FEE: _("Payment fee"),
    rules.SPENT: _("Cost"),
    rules.SETTLED: _("Paid out by the provider"),
    rules.EARNED: _("A member earned by sharing"),
    rules.UNEARNED: _("Commission taken back"),
    rules.CLEARED: _("Commission can be paid out"),
    rules.SENT: _("Payout to a member, on its way"),
    rules.ARRIVED: _("Paid out to a member"),
    rules.RETURNED: _("A payout came back"),
    rules.GIVEN: _("Leaves given to a member"),
    rules.TAKEN: _("Leaves taken back from a member"),
    rules.LAPSED: _("Leaves of a member that were not used in time"),
    rules.EXCHANGED: _("A member exchanged leaves"),
    rules.KEPT: _("Leaves kept for those that were taken back"),
    rules.TERM_PAID: _("Membership paid, for days to come"),
    rules.TERM_EARNED: _("Days of a membership have passed: earned"),
    rules.OTHER: _("Other"),
}
COSTS = {
    "technology": _("Technology"),
    "traffic": _("Traffic"),
    "logistics": _("Logistics"),
    "service": _("Service"),
}
ICONS = {
    rules.PAID: "arrow-down-left",
    rules.PLEDGED: "hand-heart",
    rules.RELEASED: "check",
    rules.AGREED: "undo-2",
    rules.PAID_BACK: "undo-2",
    rules.STRAY: "undo-2",
    rules.COMPLETED: "check",
    rules.FEE: "percent",
    rules.SPENT: "receipt",
    rules.SETTLED: "landmark",
    rules.EARNED: "hand-coins",
    rules.UNEARNED: "undo-2",
    rules.CLEARED: "check",
    rules.SENT: "arrow-up-right",
    rules.ARRIVED: "landmark",
    rules.RETURNED: "undo-2",
    rules.GIVEN: "banyan-leaf",
    rules.TAKEN: "undo-2",
    rules.LAPSED: "clock",
    rules.EXCHANGED: "gift",
    rules.KEPT: "undo-2",
    rules.TERM_PAID: "arrow-down-left",
    rules.TERM_EARNED: "badge-check",
    rules.OTHER: "circle-dot",
}
ICONS_TO_PERSON = ICONS | {
    rules.PAID: "arrow-up-right",
    rules.TERM_PAID: "arrow-up-right",
    rules.PAID_BACK: "arrow-down-left",
    rules.SENT: "arrow-down-left",
}
PLACES = {
    "psp": _("With the payment provider"),
    "bank": _("The shop’s bank account"),
    "escrow": _("Held for the order"),
    "campaign": _("Held for a project"),
    "deferred": _("Paid ahead for a membership"),
    "membership": _("Earned by memberships"),
    "refund_clearing": _("Refund on its way"),
    "owner": _("The owner’s own pocket"),
    "sales": _("Sales of the shop"),
    "shipping": _("Shipping charged"),
    "platform_fee": _("Fee of this site"),
    "tax_payable": _("Tax to be passed on"),
    "psp_fee": _("Fee of the payment provider"),
    "pending": _("The seller’s, until the return window is over"),
    "available": _("Free to be paid out"),
    "cost": _("Costs"),
    "commission": _("Commission"),
    "held": _("A member’s, held until goods can no longer come back"),
    "clawback": _("Owed by a member, after a refund"),
    "payout_clearing": _("Payout on its way"),
    "leaf": _("The shop’s promise, as leaves"),
    "leaf_debt": _("Leaves a member still owes"),
    "rewards_cost": _("Given to members as leaves"),
    "breakage": _("Leaves that lapsed"),
}


@dataclass(frozen=True)
class Line:
    """One entry, told."""

    entry: Entry
    text: str | Promise
    story: str
    icon: str
    amount: Money
    change: Money  # with its sign, from the teller's side; zero where nothing came or went
    orders: list[references.Reference]
    detail: str | Promise = ""
    is_reversal: bool = False
    leaves: Money | None = None  # by how many a member's leaves changed, worth the same in money

    @property
    def title(self) -> str:
        title = str(self.text)
        if self.detail:
            title = gettext("%(what)s: %(kind)s") % {"what": title, "kind": self.detail}
        return gettext("Taken back: %(what)s") % {"what": title} if self.is_reversal else title


@dataclass(frozen=True)
class Place:
    """One leg, told: by how much the money in a place grew, or shrank (below zero)."""

    text: str | Promise
    detail: str | Promise
    code: str
    change: Money
    is_debit: bool


def to_person(entries: Iterable[Entry]) -> list[Line]:
    """Lines for the buyer: what was paid is below zero, what came back above."""
    return _lines(list(entries), TO_PERSON, sign=-1)


def to_shop(entries: Iterable[Entry]) -> list[Line]:
    return _lines(list(entries), TO_SHOP, sign=1)


def _lines(entries: list[Entry], words: dict[str, str | Promise], *, sign: int) -> list[Line]:
    names = references.of_orders(leg.order for entry in entries for leg in entry.legs.all())
    return [_line(entry, words, names, sign=sign) for entry in entries]


def _line(
    entry: Entry,
    words: dict[str, str | Promise],
    names: dict[str, references.Reference],
    *,
    sign: int,
) -> Line:
    legs = list(entry.legs.all())
    told = rules.told([(leg.account.code, leg.minor) for leg in legs])
    currency = entry.book.currency
    change = told.change * sign
    if sign < 0:  # money reaches the person when it is paid back, not when it is agreed
        change = {
            rules.PAID: -told.change, rules.PLEDGED: -told.change,
            rules.TERM_PAID: -told.change, rules.PAID_BACK: told.minor,
            rules.ARRIVED: told.minor,
        }.get(told.story, 0)  # fmt: skip
    # Whoever earned by an order did not buy it: its page is the buyer's.
    is_gain = sign < 0 and told.story in rules.SHARED
    return Line(
        entry=entry,
        text=words.get(told.story, words[rules.OTHER]),
        story=told.story,
        icon=(ICONS if sign > 0 else ICONS_TO_PERSON)[told.story],
        amount=Money(abs(told.minor), currency),
        change=Money(change, currency),
        orders=[]
        if is_gain
        else [names[oid] for oid in dict.fromkeys(leg.order for leg in legs) if oid in names],
        detail=COSTS.get(told.cost_kind, ""),
        is_reversal=entry.reverses_id is not None,
        leaves=_leaves(legs, currency),
    )


def _leaves(legs: list[Leg], currency: str) -> Money | None:
    units = [leg.minor for leg in legs if leg.account.family == "wallet"]
    return Money(-sum(units), currency) if units else None


def places(
    entry: Entry, *, member: UUID | None = None, guest_orders: Sequence[str] = ()
) -> list[Place]:
    """Where the money of an entry was and is. With `member`, how the shop's share is divided
    among others stays out: then the legs are those of the person's own money.
    """
    legs = sorted(entry.legs.all(), key=lambda leg: leg.position)
    if member is not None:
        told = rules.told([(leg.account.code, leg.minor) for leg in legs])
        if told.story not in rules.BUYERS_STORIES:
            legs = [
                leg
                for leg in legs
                if leg.member == member
                or (
                    leg.member is None
                    and leg.order in guest_orders
                    and leg.account.family in rules.BUYERS_FAMILIES
                )
            ]
    return [
        _place(leg, entry.book.currency) for leg in legs if leg.commodity == entry.book.currency
    ]


def _place(leg: Leg, currency: str) -> Place:
    name, _dot, rest = leg.account.code.partition(".")
    detail: str | Promise = COSTS.get(rest, "") if name == "cost" else ""
    if name == "psp":
        detail = rest.capitalize()
    return Place(
        text=PLACES.get(name, leg.account.code),
        detail=detail,
        code=leg.account.code,
        change=Money(leg.minor * rules.family_of(leg.account.code).side, currency),
        is_debit=leg.minor > 0,
    )
