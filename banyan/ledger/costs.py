"""What running the shop costs, noted by hand: each note is an entry, each undo its mirror."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from banyan.core.money import Money
from banyan.core.text import lang_of
from banyan.sellers.models import Book

from . import actions, rules
from .models import Cost

POCKET, BANK = "owner", "bank"


@transaction.atomic
def note(
    *,
    book: Book,
    kind: str,
    amount: Money,
    spent_on: date,
    text: str,
    paid_from: str,
    by: UUID | None,
    key: str,
    now: datetime,
) -> Cost:
    """Write down a cost, paid from the owner's pocket or the shop's bank account.

    The same key is the same note. The words stay out of the books, which keep no personal data.
    """
    if paid_from not in (POCKET, BANK) or amount.minor <= 0 or book.community_id is None:
        raise ValueError("a cost is above zero and paid from the pocket or the bank")
    entry = actions.post(
        book=book,
        key=f"cost:{key}",
        kind=rules.COST,
        legs=[
            rules.Leg(f"cost.{kind}", amount.minor),
            rules.Leg(paid_from, -amount.minor),
        ],
        now=now,
        actor=by,
    )
    cost, _is_new = Cost.objects.get_or_create(
        entry=entry,
        defaults={
            "community_id": book.community_id,
            "kind": kind,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "spent_on": spent_on,
            "note": text,
            "lang": lang_of(text) if text else "",
            "noted_by": by,
            "noted_at": now,
        },
    )
    return cost


@transaction.atomic
def undo(*, cost: Cost, by: UUID | None, now: datetime) -> None:
    """Take a note back by its mirror entry. ReversedAlready the second time."""
    rows = Cost.objects.filter(pk=cost.pk, undone_at=None)
    if not rows.update(undone_at=now):
        raise actions.ReversedAlready
    actions.reverse(cost.entry, key=f"cost:{cost.oid}:undo", now=now, actor=by)
    cost.undone_at = now


def by_kind(book: Book) -> list[tuple[str, Money]]:
    """Every kind with what it has cost, in their fixed order; one query."""
    rows = (
        Cost.objects.filter(community_id=book.community_id, undone_at=None)
        .values("kind")
        .annotate(sum=Sum("amount_minor"))
    )
    sums = {row["kind"]: int(row["sum"]) for row in rows}
    return [(kind, Money(sums.get(kind, 0), book.currency)) for kind in rules.COST_KINDS]
