"""The four accounts of a payee in a book, and what stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from banyan.communities.models import Member
from banyan.core.money import Money
from banyan.ledger.models import Account
from banyan.sellers.models import Book

ACCRUED, CLEARED, TAKEN_BACK = "commission_accrued", "commission_cleared", "commission_reversed"
PAYOUT_ASKED, PAYOUT_DONE, PAYOUT_BACK = "payout_asked", "payout_done", "payout_back"


def held(payee: UUID) -> str:
    return f"held.{payee}"


def available(payee: UUID) -> str:
    return f"available.{payee}"


def clawback(payee: UUID) -> str:
    return f"clawback.{payee}"


@dataclass(frozen=True)
class Purse:
    """`debt` is what was paid out and taken back since: the next commission pays it first."""

    held: Money
    available: Money
    debt: Money

    @property
    def is_empty(self) -> bool:
        return not (self.held or self.available or self.debt)


def take(*member_ids: int) -> None:
    """Let nobody else move what these payees have, until the transaction ends.

    After the order, before any account. Their accounts themselves cannot be locked in a fixed
    order: one may be opened by the entry that is being written.
    """
    rows = Member.objects.filter(pk__in=member_ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def purse(book: Book, payee: UUID) -> Purse:
    """One query. Read it after `take` where something follows from it."""
    return purses(book, [payee])[payee]


def purses(book: Book, payees: list[UUID]) -> dict[UUID, Purse]:
    codes = [code for payee in payees for code in (held(payee), available(payee), clawback(payee))]
    rows = Account.objects.filter(book=book, code__in=codes)
    found = {row.code: int(row.balance_minor or 0) for row in rows}

    def money(code: str) -> Money:
        return Money(found.get(code, 0), book.currency)

    return {p: Purse(money(held(p)), money(available(p)), money(clawback(p))) for p in payees}
