"""What memberships do to the books: paid ahead, earned day by day, given back by target."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from banyan.ledger import actions as ledger
from banyan.ledger import rules as kinds
from banyan.ledger.rules import Leg
from banyan.sellers.models import Book

from .models import Bill, Subscription, Term


def sold(
    bill: Bill, subscription: Subscription, *, book: Book, provider: str, now: datetime
) -> None:
    """Posting 18, first part: it stands deferred until its days pass."""
    ledger.post(
        book=book, key=f"membership:{bill.oid}:paid", kind=kinds.MEMBERSHIP_SOLD, now=now,
        legs=[
            Leg(f"psp.{provider}", bill.amount_minor),
            Leg(subscription.account, -bill.amount_minor, member=bill.payee),
        ],
    )  # fmt: skip


def earned(term: Term, minor: int, *, book: Book, now: datetime) -> None:
    """Days have passed. Named by what is earned by then, so that the same days are posted once."""
    ledger.post(
        book=book, key=f"membership:{term.pk}:earned:{term.earned_minor}",
        kind=kinds.MEMBERSHIP_DAYS, now=now,
        legs=[Leg(term.subscription.account, minor), Leg("membership", -minor)],
    )  # fmt: skip


def given_back(
    subscription: Subscription, bill: Bill, minor: int, ref: str, *, book: Book, now: datetime,
    actor: UUID | None,
) -> None:  # fmt: skip
    ledger.post(
        book=book, key=f"membership:{bill.oid}:back", kind=kinds.REFUND_AGREED, now=now,
        legs=[
            Leg(subscription.account, minor, member=bill.payee),
            Leg(f"refund_clearing.{ref}", -minor, member=bill.payee),
        ],
        actor=actor,
    )  # fmt: skip
