"""How far an order is, and who did what when: for the buyer's page and the studio's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money
from banyan.core.text import lang_of

from .. import rules
from ..models import Order

WORDS = {
    "placed": _("Ordered"),
    "paid": _("Paid"),
    "packed": _("Packed"),
    "shipped": _("Sent"),
    "received": _("Received"),
    "completed": _("Completed"),
    "cancelled": _("Cancelled"),
    "expired": _("Not paid in time, the pieces were let go"),
    "refunded": _("Refund asked for"),
    "lowered": _("The price fell, and the difference goes back"),
    "paid_back": _("Refund paid back"),
    "refund_failed": _("Refund did not go through"),
    "refund_again": _("Refund tried again"),
    "given_back": _("A payment came too late or twice and goes back"),
}


@dataclass(frozen=True)
class Step:
    label: Any
    at: datetime | None
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class Happening:
    label: Any
    at: datetime
    by: Any = None
    by_buyer: bool = False
    amount: Money | None = None
    text: str = ""

    @property
    def lang(self) -> str:
        return lang_of(self.text, "")


def steps(order: Order) -> list[Step]:
    """The path of a parcel; the first step that is not done is the present one."""
    if order.state in (rules.CANCELLED, rules.EXPIRED):
        return []
    sent = _("Sent") if order.needs_post else _("Handed over")
    moments = [
        (WORDS["placed"], order.placed_at),
        (WORDS["paid"], order.paid_at),
        (WORDS["packed"], order.packed_at),
        (sent, order.shipped_at),
        (WORDS["received"], order.received_at),
    ]
    waiting = next((n for n, (_label, at) in enumerate(moments) if at is None), None)
    return [Step(label, at, at is not None, n == waiting) for n, (label, at) in enumerate(moments)]


def events(order: Order) -> list[Happening]:
    """Everything that happened, oldest first: one query, or none where nothing can have."""

    def known(**moments: datetime | None) -> list[Happening]:
        return [Happening(WORDS[kind], at) for kind, at in moments.items() if at is not None]

    touched = order.refunded_minor or any(
        (order.packed_at, order.received_at, order.cancelled_at, order.expired_at)
    )
    notes = [
        Happening(
            WORDS.get(note.kind, note.kind),
            note.at,
            by=note.by,
            by_buyer=note.by_buyer,
            amount=None if note.amount_minor is None else order.money(note.amount_minor),
            text=note.text,
        )
        for note in (
            order.notes.select_related("by__picture").order_by("at", "pk") if touched else ()
        )
    ]
    # Of one moment: first what was noted (received), then what came of it (completed).
    began = known(placed=order.placed_at, paid=order.paid_at)
    return sorted([*began, *notes, *known(completed=order.completed_at)], key=lambda row: row.at)
