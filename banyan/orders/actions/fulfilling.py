"""Packing, shipping, receiving, completing: what happens to an order after it is paid."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from banyan.core.refusals import WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.rules import Leg
from banyan.people.models import Person

from .. import deals, queries, rules
from ..events import OrderCompleted, OrderPacked, OrderReceived, OrderShipped
from ..models import Order, OrderNote, Shipment
from .saying import say


@transaction.atomic
def pack(*, order: Order, by: Person | None, now: datetime) -> None:
    """Paid -> fulfilling. From here on the buyer cannot cancel alone."""
    if order.waits:
        raise deals.StillWaiting
    order.move(rules.FULFILLING, only_from=(rules.PAID,), packed_at=now)
    OrderNote.objects.create(order=order, at=now, kind="packed", by=by)
    say(OrderPacked, order, by=by, now=now)


def go_ahead(*, order: Order) -> None:
    """What its deal waited for has come: it may be packed. Twice changes nothing."""
    Order.objects.filter(pk=order.pk, waits=True).update(waits=False)
    order.waits = False


@transaction.atomic
def ship(
    *, order: Order, by: Person | None, now: datetime, carrier: str = "", tracking: str = ""
) -> Shipment:
    """The parcel has left. Packs first what is not packed yet; WrongMoment when it left before."""
    order.take()
    if order.state == rules.PAID:
        pack(order=order, by=by, now=now)
    if order.state != rules.FULFILLING or order.shipped_at is not None:
        raise WrongMoment
    Order.objects.filter(pk=order.pk).update(shipped_at=now)
    order.shipped_at = now
    parcel = Shipment.objects.create(
        order=order, carrier=carrier.strip(), tracking=tracking.strip(), shipped_at=now, by=by
    )
    OrderNote.objects.create(order=order, at=now, kind="shipped", by=by, text=str(parcel)[:300])
    say(OrderShipped, order, by=by, now=now)
    return parcel


@transaction.atomic
def receive(*, order: Order, by: Person | None, now: datetime, by_buyer: bool = False) -> None:
    """It has arrived. When the buyer says so, the order is completed with it."""
    order.take()
    if order.state != rules.FULFILLING or order.shipped_at is None:
        raise WrongMoment
    order.move(rules.RECEIVED, received_at=now)
    OrderNote.objects.create(order=order, at=now, kind="received", by=by, by_buyer=by_buyer)
    say(OrderReceived, order, by=by, now=now)
    if by_buyer:
        complete(order=order, now=now)


@transaction.atomic
def complete(*, order: Order, now: datetime) -> None:
    """Received -> completed: what is left in escrow becomes sales, shipping and tax."""
    order.take()
    left = order.total_minor - order.own_refunded_minor
    order.move(rules.COMPLETED, only_from=(rules.RECEIVED,), completed_at=now)
    if left:
        ledger.post(
            book=order.book,
            key=f"order:{order.oid}:completed",
            kind=books.ORDER_COMPLETED,
            legs=[
                Leg(f"escrow.{order.oid}", left, order=order.oid),
                *(leg for line in order.rows for leg in earned(order, line, 0, line.left, -1)),
                *earned_post(order, order.post_minor - order.post_refunded_minor, -1),
            ],
            now=now,
            memo=order.number,
        )
    say(OrderCompleted, order, amount_minor=left, now=now)


def earned(order: Order, line, given_back: int, pieces: int, sign: int) -> list[Leg]:
    """Sales and tax of `pieces` of a line: credit with sign -1, taken back with +1.

    `given_back` pieces went back since the line's own count was read.
    """
    before = line.refunded_quantity + given_back
    gross = rules.slice_of(line.net_minor, line.quantity, before, pieces)
    tax = rules.slice_of(line.net_tax_minor, line.quantity, before, pieces)
    return [
        Leg("sales", sign * (gross - tax), order=order.oid, line=line.oid),
        Leg("tax_payable.shop", sign * tax, order=order.oid, line=line.oid),
    ]


def earned_post(order: Order, gross: int, sign: int) -> list[Leg]:
    """Shipping and its tax; post goes back whole or not at all."""
    tax = order.post_tax_minor if gross else 0
    return [
        Leg("shipping", sign * (gross - tax), order=order.oid),
        Leg("tax_payable.shop", sign * tax, order=order.oid),
    ]


def finish_shipped(*, now: datetime, limit: int = 200) -> int:
    """Orders long on their way count as received and are completed. Safe to run twice."""
    earliest = now - timedelta(days=1)
    waiting = (
        Order.objects.filter(state__in=[rules.FULFILLING, rules.RECEIVED], shipped_at__lt=earliest)
        .select_related("community", "book", "person")
        .order_by("shipped_at")[:limit]
    )
    done = 0
    for order in waiting:
        days = queries.completes_after_days(order.community)
        if order.shipped_at > now - timedelta(days=days):
            continue
        try:
            with transaction.atomic():
                if order.state == rules.FULFILLING:
                    receive(order=order, by=None, now=now)
                complete(order=order, now=now)
            done += 1
        except WrongMoment:
            continue  # somebody was faster
    return done
