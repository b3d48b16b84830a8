"""Reading the books: balances, sums, statements. Each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from banyan.core.money import Money
from banyan.sellers.models import Book

from . import rules
from .models import Account, Entry, Leg


def balance(book: Book, code: str) -> Money:
    """What stands on one account, on its normal side; zero when it was never opened."""
    account = Account.objects.filter(book=book, code=code).first()
    family = rules.family_of(code)
    commodity = rules.commodity_of(code, currency=book.currency, book_id=book.pk)
    if account is None:
        return Money(0, commodity)
    if account.balance_minor is not None:
        return Money(account.balance_minor, commodity)
    found = Leg.objects.filter(account=account).aggregate(sum=Sum("minor"))["sum"]
    return Money(int(found or 0) * family.side, commodity)


def trial_balance(book: Book) -> dict[str, int]:
    """Commodity -> sum of all legs of the book: 0 each, or the books are wrong."""
    rows = Leg.objects.filter(entry__book=book).values("commodity").annotate(sum=Sum("minor"))
    return {row["commodity"]: int(row["sum"]) for row in rows.order_by("commodity")}


def legs_of(member: UUID, guest_orders: Sequence[str] = ()) -> QuerySet[Leg]:
    """Legs that name a person, and a buyer's legs of what they ordered as a guest."""
    named = Q(member=member)
    if guest_orders:
        named |= Q(
            member=None, order__in=guest_orders, account__family__in=rules.BUYERS_FAMILIES
        ) & ~Q(entry__kind=rules.ORDER_COMPLETED)
    return Leg.objects.filter(named)


def statement(
    book: Book | None, *, member: UUID | None = None, order: str | None = None,
    guest_orders: Sequence[str] = (),
) -> QuerySet[Entry]:  # fmt: skip
    """Entries of a book (of all, when None) that name this member or order, newest first."""
    entries = Entry.objects.order_by("-at", "-id")
    if book is not None:
        entries = entries.filter(book=book)
    if member is not None:
        entries = entries.filter(pk__in=legs_of(member, guest_orders).values("entry_id"))
    if order is not None:
        entries = entries.filter(pk__in=Leg.objects.filter(order=order).values("entry_id"))
    return entries


@dataclass(frozen=True)
class Flow:
    """Where the money of a shop went.

    sold = held + refunded + fees + costs + shared + yours, always.
    """

    sold: Money
    held: Money
    refunded: Money
    fees: Money
    costs: Money
    shared: Money  # what members earned by it, paid out or not, and leaves that did not lapse
    yours: Money
    on_its_way: Money  # part of `refunded` that the provider has not paid back yet
    at_provider: Money
    at_bank: Money

    @property
    def is_empty(self) -> bool:
        return not (self.sold or self.costs or self.refunded)


def flow(book: Book, *, paid_from: datetime | None = None, paid_to: datetime | None = None) -> Flow:
    """The figures of a book, one query, from the legs themselves. With `paid_from`, those of the
    orders paid since then (and before `paid_to`): what has become of that money up to now.

    `held` waits for its order to be completed. `yours` is what orders brought once completed, less
    refunds of it, fees, costs and what members earned; below zero when costs are higher. What the
    owner pays for costs out of the own pocket is not sold, so it stands in no figure; nor does what
    came twice or too late and went straight back, or what the shop gave for leaves. Pledges for
    projects stand in the figures of all time only: with `paid_from` it is what orders brought.
    """
    executed = Q(entry__kind=rules.REFUND_EXECUTED)
    legs = Leg.objects.filter(entry__book=book, commodity=book.currency)
    if paid_from is not None:
        paid = Leg.objects.filter(
            entry__book=book, entry__kind=rules.ORDER_PAID, entry__at__gte=paid_from
        ).exclude(order="")
        if paid_to is not None:
            paid = paid.filter(entry__at__lt=paid_to)
        legs = legs.filter(order__in=paid.values("order"))
    rows = (
        legs.exclude(entry__kind__in=(rules.SURPLUS, rules.LEAVES_SPENT))
        .values("account__family")
        .annotate(sum=Sum("minor"), executed=Sum("minor", filter=executed))
    )
    sums = {row["account__family"]: int(row["sum"] or 0) for row in rows}
    groups: dict[str, int] = {}
    for family, minor in sums.items():
        group = rules.CHART[family].group
        groups[group] = groups.get(group, 0) + minor
    back = sum(int(r["executed"] or 0) for r in rows if r["account__family"] == "refund_clearing")
    on_its_way = -sums.get("refund_clearing", 0)
    gained = sum(
        sums.get(name, 0)
        for name in rules.GAINERS_FAMILIES
        if rules.CHART[name].group == rules.LIABILITIES
    )
    held = -(groups.get(rules.LIABILITIES, 0) + on_its_way - gained)
    fees, costs = sums.get("psp_fee", 0), sums.get("cost", 0)
    shared = sum(sums.get(name, 0) for name in rules.GAINS_FAMILIES)
    yours = -groups.get(rules.INCOME, 0) - groups.get(rules.EXPENSES, 0)
    parts = {
        "held": held,
        "refunded": on_its_way + back,
        "fees": fees,
        "costs": costs,
        "shared": shared,
        "yours": yours,
    }
    return Flow(
        sold=Money(sum(parts.values()), book.currency),
        **{name: Money(minor, book.currency) for name, minor in parts.items()},
        on_its_way=Money(on_its_way, book.currency),
        at_provider=Money(sums.get("psp", 0), book.currency),
        at_bank=Money(sums.get("bank", 0), book.currency),
    )


@dataclass(frozen=True)
class Purse:
    """What one person and one shop have exchanged."""

    book: Book
    paid: Money
    back: Money
    on_its_way: Money

    @property
    def spent(self) -> Money:
        return self.paid - self.back - self.on_its_way


def purses(member: UUID, guest_orders: Sequence[str] = ()) -> list[Purse]:
    """One for each book that names the person, the newest first; two queries."""
    rows = (
        legs_of(member, guest_orders)
        .filter(account__family__in=rules.BUYERS_FAMILIES)
        .exclude(entry__kind=rules.SURPLUS)
        .values("entry__book_id", "account__family", "entry__kind")
        .annotate(sum=Sum("minor"))
    )
    paid: dict[int, int] = {}
    back: dict[int, int] = {}
    clearing: dict[int, int] = {}
    for row in rows:
        book_id, minor = row["entry__book_id"], int(row["sum"])
        if row["account__family"] == "refund_clearing":
            clearing[book_id] = clearing.get(book_id, 0) - minor
            if row["entry__kind"] == rules.REFUND_EXECUTED:
                back[book_id] = back.get(book_id, 0) + minor
        elif row["entry__kind"] in rules.PAYMENTS:
            paid[book_id] = paid.get(book_id, 0) - minor
    books = Book.objects.filter(pk__in={*paid, *clearing}).select_related("community")
    return [
        Purse(
            book=book,
            paid=Money(paid.get(book.pk, 0), book.currency),
            back=Money(back.get(book.pk, 0), book.currency),
            on_its_way=Money(clearing.get(book.pk, 0), book.currency),
        )
        for book in books.order_by("-pk")
    ]


def readable(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with everything their telling needs."""
    return entries.select_related("book__community").prefetch_related("legs__account")
