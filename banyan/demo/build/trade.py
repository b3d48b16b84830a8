"""Orders from basket to doorstep. The provider's words are spoken here, not over a wire."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from banyan.core.activity import Touch, touched
from banyan.orders import queries
from banyan.orders.actions import baskets, fulfilling, paying, placing, refunding
from banyan.orders.actions.placing import Address
from banyan.orders.models import Order
from banyan.payments import hearing
from banyan.payments import rules as payment_rules
from banyan.payments.models import Payment
from banyan.payments.providers import Word

from ..plan.shapes import OrderPlan, RefundPlan
from . import sharing, together
from .hands import Hands

FEE_BP = 60  # as the sandbox takes


def place(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    person = hands.people.get(plan.buyer)
    visitor = "" if person else f"demo{plan.key.removeprefix('order-')}"
    community = hands.places[plan.community]
    for line in plan.lines:
        variant = hands.variants[plan.community, line.product, line.variant]
        variant.refresh_from_db(fields=["on_hand", "reserved"])
        if plan.deal:
            basket = together.basket(plan, variant, hands, now)
            continue
        basket = baskets.put_in(
            community=community, variant=variant, quantity=line.quantity, person=person,
            visitor=visitor, now=now,
        )  # fmt: skip
    counted = queries.basket_at(id=basket.public_id, person=person, visitor=visitor, now=now)
    assert counted is not None
    code = plan.code
    if code:
        counted.lower(code=code, email=plan.email, now=now)
        if counted.lowered.fault:  # it does not hold for this: they buy without
            code = ""
            counted.lower(now=now)
    home = asdict(plan.address)
    rate = None if plan.rate is None else hands.rates[plan.community][plan.rate]
    offer = next(
        (o for o in counted.offers(plan.address.country) if rate and o.pk == rate.pk), None
    )
    share = Touch(source="share" if plan.share else "", share=plan.share, visitor=visitor)
    with touched(share), sharing.came_by(plan.share, plan.community, person, hands, now):
        order = placing.place(
            basket_id=basket.public_id, person=person, visitor=visitor, email=plan.email,
            address=Address(**home), rate_id=rate.pk if rate else None, seen=counted.seen,
            seen_total=counted.totals(offer.price if offer else None).total_minor, lang=plan.lang,
            note=plan.note, now=now, counted=counted, code=code,
        )  # fmt: skip
    hands.orders[plan.key] = order
    together.opened(plan, order, hands)


def _read(plan: OrderPlan, hands: Hands) -> Order:
    found: Order = Order.objects.select_related("community", "book", "person", "payment").get(
        pk=hands.orders[plan.key].pk
    )
    if found.payment is not None:
        found.payment.book = found.book
    return found


def hear(payment: Payment, state: str, now: datetime, *, reason: str = "") -> None:
    """The provider's word about a payment, applied as its signed callback would be."""
    captured = state == payment_rules.CAPTURED
    fee = (payment.amount_minor * FEE_BP + 5000) // 10000 if captured else 0
    word = Word(
        payment.oid, state, payment.amount_minor, payment.currency, fee_minor=fee, reason=reason
    )
    hearing.apply(payment, word, now=now)


def decline(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    order = hands.orders[plan.key]
    assert order.attempt is not None
    hear(order.attempt, payment_rules.FAILED, now, reason="declined")


def pay(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    order = hands.orders[plan.key]
    attempt = order.attempt
    if plan.declined_at is not None:
        attempt = paying.try_again(order=order, key="2", now=now - timedelta(seconds=40))
    assert attempt is not None
    hear(attempt, payment_rules.CAPTURED, now)


def expire(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    order = _read(plan, hands)
    placing.expire(order=order, now=now)
    for payment in paying.attempts(order):
        if payment.is_open:
            hearing.expire_unsent(payment, now=now)


def cancel(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    order = _read(plan, hands)
    refunding.cancel(order=order, by=order.person, now=now, by_buyer=True)
    together.pay_back(order, now)


def pack(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    fulfilling.pack(order=_read(plan, hands), by=_packer(plan, hands), now=now)


def ship(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    fulfilling.ship(
        order=_read(plan, hands), by=_packer(plan, hands), now=now, carrier=plan.carrier,
        tracking=plan.tracking,
    )  # fmt: skip


def receive(plan: OrderPlan, hands: Hands, now: datetime) -> None:
    order = _read(plan, hands)
    if plan.received_by_buyer:
        fulfilling.receive(order=order, by=order.person, now=now, by_buyer=True)
    else:
        fulfilling.receive(order=order, by=None, now=now)
        fulfilling.complete(order=order, now=now)


def refund(plan: OrderPlan, one: RefundPlan, hands: Hands, now: datetime) -> None:
    order = _read(plan, hands)
    lines = {line.slug: line for line in order.rows}
    pieces: dict[int, int] = {}
    for n, count in one.pieces.items():
        line = lines[plan.lines[n].product]
        pieces[line.pk] = min(line.left, pieces.get(line.pk, 0) + count)
    refunding.refund(
        order=order, pieces=pieces, with_post=one.with_post, restock=one.restock,
        by=hands.owner(plan.community), now=now, reason=one.reason, lang=one.lang,
    )  # fmt: skip
    together.pay_back(order, now)


def _packer(plan: OrderPlan, hands: Hands) -> object:
    return hands.people["dara"] if plan.community == "kiln" else hands.owner(plan.community)
