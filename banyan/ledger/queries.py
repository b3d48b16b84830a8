"""Reading the books: balances, sums, statements. Each a fixed number of queries."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet, Sum

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
