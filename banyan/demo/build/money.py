"""What running the shops cost, noted by their owners."""

from __future__ import annotations

from datetime import datetime

from banyan.core.money import Money
from banyan.ledger import costs
from banyan.sellers.models import Book

from ..plan.shapes import CostPlan
from .hands import Hands


def note_cost(plan: CostPlan, n: int, hands: Hands, now: datetime) -> None:
    book = Book.objects.get(community=hands.places[plan.community])
    costs.note(
        book=book, kind=plan.kind, amount=Money(plan.amount_minor, book.currency),
        spent_on=now.date(), text=plan.note, paid_from=costs.POCKET,
        by=hands.owner(plan.community).pseudonym, key=f"demo-{n}", now=now,
    )  # fmt: skip
