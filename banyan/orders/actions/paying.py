"""What a captured payment does to an order, whenever and however it comes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import F

from banyan.catalog import stock
from banyan.core.refusals import WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.rules import Leg
from banyan.payments import actions as payments
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from .. import deals, links, reductions, rules
from ..events import OrderCancelled, OrderPaid, PaymentGivenBack
from ..models import Order, OrderNote, Refund
from .saying import say

SOURCE = "order"


def begin(order: Order, *, key: str, now: datetime, first: bool = False) -> Payment | None:
    """A new attempt to pay, in the caller's transaction; None when there is nothing to pay."""
    if not order.total_minor:
        return None
    return payments.begin(
        book=order.book,
        source_kind=SOURCE,
        source_id=order.pk,
        source_oid=order.oid,
        amount=order.total,
        description=order.number,
        return_url=links.full(order),
        payer=order.person.pseudonym if order.person else None,
        key=f"order:{order.oid}:{key}",
        expires_at=order.reserved_until,
        first=first,
        now=now,
    )


@transaction.atomic
def try_again(*, order: Order, key: str, now: datetime) -> Payment:
    """The attempt to send the buyer to: the one still open, or a new one.

    WrongMoment when the order is paid, or its reservation is over.
    """
    order.take()
    if not order.can_be_paid(now):
        raise WrongMoment
    tried = attempts(order)
    if tried and tried[0].is_open:
        return tried[0]
    fresh = begin(order, key=key, now=now)
    if fresh is None:
        raise WrongMoment
    return fresh


def attempts(order: Order) -> list[Payment]:
    """Every payment that was tried for the order, newest first."""
    return list(Payment.objects.filter(source_kind=SOURCE, source_id=order.pk).order_by("-pk")[:20])


def take_captured(
    *, order_id: int, payment_id: int, provider: str, amount_minor: int, now: datetime
) -> None:
    """The money for an order is here. Never refuses: it is taken, or it goes back by itself.

    Runs in the transaction of the capture, which has locked the order before.
    """
    order = Order.objects.whole_by_id(order_id)
    if order is None or order.payment_id is not None:  # heard before
        return
    fits = amount_minor == order.total_minor
    if order.state == rules.PLACED and fits:
        if deals.accept(order, now=now):
            become_paid(order, payment_id=payment_id, provider=provider, now=now)
            return
        _call_off(order, now=now)
    if order.state == rules.EXPIRED and fits:
        with suppress(stock.OutOfStock, deals.DealOver), transaction.atomic():
            if not deals.accept(order, now=now) or not reductions.accept(order, now=now):
                raise deals.DealOver
            for variant_id, quantity in _pieces(order):
                stock.reserve(variant_id, quantity)
            become_paid(order, payment_id=payment_id, provider=provider, now=now)
            return
        order.refresh_from_db(fields=["state", "paid_minor", "paid_at", "payment"])
    give_back(order, payment=Payment.objects.get(pk=payment_id), now=now)


def become_paid(order: Order, *, payment_id: int | None, provider: str = "", now: datetime) -> None:
    """Placed -> paid: the money stands in escrow, the reserved pieces are sold."""
    order.move(
        rules.PAID,
        paid_at=now,
        payment_id=payment_id,
        paid_minor=F("paid_minor") + order.total_minor,
    )
    if order.book.first_order_at is None:
        Book.objects.filter(pk=order.book_id, first_order_at=None).update(first_order_at=now)
    if payment_id is not None:
        whose = order.person.pseudonym if order.person else None
        ledger.post(
            book=order.book,
            key=f"order:{order.oid}:paid",
            kind=books.ORDER_PAID,
            legs=[
                Leg(f"psp.{provider}", order.total_minor, order=order.oid),
                Leg(f"escrow.{order.oid}", -order.total_minor, order=order.oid, member=whose),
            ],
            now=now,
            memo=_memo(order),
        )
    say(OrderPaid, order, by=order.person, now=now)
    reductions.paid(order, now=now)
    for variant_id, quantity in _pieces(order):
        stock.take_out(variant_id, quantity)


def _memo(order: Order) -> str:
    """What a shop takes off is no posting, its price is lower: the books only note it."""
    return f"{order.number} -{order.off.as_text()}" if order.off_minor else order.number


def _call_off(order: Order, *, now: datetime) -> None:
    """Placed -> cancelled: what it was ordered in has closed while the buyer paid."""
    order.move(rules.CANCELLED, cancelled_at=now)
    OrderNote.objects.create(order=order, at=now, kind="cancelled")
    say(OrderCancelled, order, now=now)
    payments.ask_void(source_kind=SOURCE, source_id=order.pk, now=now)
    reductions.given_up(order, now=now)
    for variant_id, quantity in _pieces(order):
        stock.release(variant_id, quantity)


def give_back(order: Order, *, payment: Payment, now: datetime) -> Refund:
    """A payment that came too late for the stock goes back at once, and the buyer is told."""
    amount = payment.amount_minor
    if order.state == rules.EXPIRED:
        order.move(rules.CANCELLED, cancelled_at=now, payment=payment)
    Order.objects.filter(pk=order.pk).update(
        paid_minor=F("paid_minor") + amount,
        refunded_minor=F("refunded_minor") + amount,
        payment=payment,
    )
    # Named like the payment: that is the name under which payments gives it back.
    refund = Refund.objects.create(
        public_id=payment.public_id,
        order=order,
        payment=payment,
        amount_minor=amount,
        is_stray=True,
        asked_at=now,
    )
    OrderNote.objects.create(order=order, at=now, kind="given_back", amount_minor=amount)
    payments.give_back(payment=payment, now=now)
    say(PaymentGivenBack, order, amount_minor=amount, refund_id=refund.pk, now=now)
    return refund


def note_surplus(*, order_id: int, payment_id: int, now: datetime) -> None:
    """A second payment for a paid order: payments gives it back, the order shows it."""
    order = Order.objects.select_related("community", "person").get(pk=order_id)
    payment = Payment.objects.get(pk=payment_id)
    refund, is_new = Refund.objects.get_or_create(
        public_id=payment.public_id,
        defaults={
            "order": order,
            "payment": payment,
            "amount_minor": payment.amount_minor,
            "is_stray": True,
            "asked_at": now,
        },
    )
    if not is_new:
        return
    Order.objects.filter(pk=order.pk).update(
        paid_minor=F("paid_minor") + payment.amount_minor,
        refunded_minor=F("refunded_minor") + payment.amount_minor,
    )
    OrderNote.objects.create(
        order=order, at=now, kind="given_back", amount_minor=payment.amount_minor
    )
    say(PaymentGivenBack, order, amount_minor=payment.amount_minor, refund_id=refund.pk, now=now)


def _pieces(order: Order) -> list[tuple[int, int]]:
    """(variant, pieces) of variants that still exist, in the order in which stock is touched."""
    return sorted((line.variant_id, line.quantity) for line in order.rows if line.variant_id)


def lock(order_id: int) -> None:
    """For payments: an order is locked before its payment, always."""
    Order.objects.filter(pk=order_id).update(state=F("state"))


def page_of(payment: Payment) -> str:
    """Where a buyer goes on to after paying."""
    if payment.return_url:
        return payment.return_url
    order = Order.objects.select_related("community").filter(pk=payment.source_id).first()
    return links.full(order) if order else "/"
