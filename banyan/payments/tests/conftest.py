"""A stall: the smallest thing that can be paid for, standing where orders stands in life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from banyan.core.events import _now, on
from banyan.core.ids import uuid7, write_id
from banyan.core.money import Money
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.payments import actions, sources
from banyan.payments.events import (
    PaymentCaptured,
    PaymentFailed,
    PaymentSurplus,
    RefundExecuted,
    RefundFailed,
)
from banyan.payments.models import Payment
from banyan.sellers.models import Book

KIND = "stall"


@dataclass
class Stall:
    """Hears what payments says, and posts the money as orders would."""

    heard: list[tuple[str, int]] = field(default_factory=list)
    breaks: bool = False  # as if a bug of ours refused every capture

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]


@pytest.fixture
def stall() -> Iterator[Stall]:
    """While it stands, captures for a "stall" are posted to its escrow."""
    ours = Stall()

    def hear(event: Any) -> None:
        if event.source_kind != KIND:
            return
        ours.heard.append((type(event).__name__, event.source_id))
        if isinstance(event, PaymentCaptured):
            if ours.breaks:
                raise RuntimeError("a bug of ours")
            payment = Payment.objects.select_related("book").get(pk=event.payment_id)
            ledger.post(
                book=payment.book,
                key=f"stall:{payment.oid}",
                kind=books.ORDER_PAID,
                legs=[
                    books.Leg(
                        f"psp.{payment.provider}", payment.amount_minor, member=payment.payer
                    ),
                    books.Leg(f"escrow.{payment.oid}", -payment.amount_minor, member=payment.payer),
                ],
                now=event.now,
            )

    kinds = (PaymentCaptured, PaymentFailed, PaymentSurplus, RefundExecuted, RefundFailed)
    for kind in kinds:
        on(kind)(hear)
    sources.register(KIND, page=lambda payment: f"/stall/{payment.source_id}")
    yield ours
    for kind in kinds:
        _now[kind].remove(hear)
    del sources._sources[KIND]


@pytest.fixture
def now() -> datetime:
    """The real clock: signatures and the provider's deadlines are of the present."""
    return timezone.now()


@pytest.fixture
def book(kiln: Any) -> Book:
    return Book.objects.get(community=kiln)


@pytest.fixture
def begin(book: Book, stall: Stall, now: datetime) -> Callable[..., Payment]:
    """begin(source_id=1, minor=15_800): one attempt to pay, written down."""

    def make(
        *, source_id: int = 1, minor: int = 15_800, payer: UUID | None = None, **more: Any
    ) -> Payment:
        given = {
            "book": book,
            "source_kind": KIND,
            "source_id": source_id,
            "source_oid": write_id(uuid7()),
            "amount": Money(minor, "CNY"),
            "description": "Slow Kiln, a cup",
            "return_url": "/",
            "payer": payer,
            "key": write_id(uuid7()),
            "now": now,
        }
        return actions.begin(**(given | more))

    return make


def agree_refund(payment: Payment, minor: int, *, now: datetime, key: str = "") -> Any:
    """What orders does for posting 8: escrow -> refund_clearing, and the refund is asked for."""
    ref = write_id(uuid7())
    ledger.post(
        book=payment.book,
        key=f"agreed:{ref}",
        kind=books.REFUND_AGREED,
        legs=[
            books.Leg(f"escrow.{payment.oid}", minor, member=payment.payer),
            books.Leg(f"refund_clearing.{ref}", -minor, member=payment.payer),
        ],
        now=now,
    )
    return actions.ask_refund(
        payment=payment, amount=Money(minor, payment.currency), ref=ref, key=key or ref, now=now
    )
