"""Reading the books: balances, sums, statements. Each a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
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


def statement(
    book: Book | None, *, member: UUID | None = None, order: str | None = None
) -> QuerySet[Entry]:
    """Entries of a book (of all, when None) that name this member or order, newest first."""
    entries = Entry.objects.order_by("-at", "-id")
    if book is not None:
        entries = entries.filter(book=book)
    if member is not None:
        entries = entries.filter(pk__in=Leg.objects.filter(member=member).values("entry_id"))
    if order is not None:
        entries = entries.filter(pk__in=Leg.objects.filter(order=order).values("entry_id"))
    return entries


@dataclass(frozen=True)
class Flow:
    """Where the money of a shop went. sold = held + refunded + fees + costs + yours, always."""

    sold: Money
    held: Money
    refunded: Money
    fees: Money
    costs: Money
    yours: Money
    on_its_way: Money  # part of `refunded` that the provider has not paid back yet
    at_provider: Money
    at_bank: Money

    @property
    def is_empty(self) -> bool:
        return not (self.sold or self.costs or self.refunded)


def flow(book: Book) -> Flow:
    """The figures of a book, one query, from the legs themselves.

    `held` waits for its order to be completed. `yours` is what orders brought once completed, less
    refunds of it, fees and costs; below zero when costs are higher. What the owner pays for costs
    out of the own pocket is not sold, so it stands in no figure; nor does what came twice or too
    late and went straight back.
    """
    executed = Q(entry__kind=rules.REFUND_EXECUTED)
    rows = (
        Leg.objects.filter(entry__book=book, commodity=book.currency)
        .exclude(entry__kind=rules.SURPLUS)
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
    held = -(groups.get(rules.LIABILITIES, 0) + on_its_way)
    fees, costs = sums.get("psp_fee", 0), sums.get("cost", 0)
    yours = -groups.get(rules.INCOME, 0) - groups.get(rules.EXPENSES, 0)
    parts = {
        "held": held,
        "refunded": on_its_way + back,
        "fees": fees,
        "costs": costs,
        "yours": yours,
    }
    return Flow(
        sold=Money(sum(parts.values()), book.currency),
        **{name: Money(minor, book.currency) for name, minor in parts.items()},
        on_its_way=Money(on_its_way, book.currency),
        at_provider=Money(sums.get("psp", 0), book.currency),
        at_bank=Money(sums.get("bank", 0), book.currency),
    )
