from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from banyan.core.events import after, on
from banyan.payments import sources
from banyan.payments.events import (
    PaymentCaptured,
    PaymentSurplus,
    RefundExecuted,
    RefundFailed,
)
from banyan.people.events import PersonErased

from . import letters, rules, visitors
from .actions import baskets, erasing, paying, refunding
from .events import OrderPaid, OrderRefunded, OrderShipped, PaymentGivenBack
from .models import Refund

sources.register(paying.SOURCE, page=paying.page_of, take=paying.lock)


@on(PersonErased)
def keep_who_waits_for_a_parcel(event: PersonErased) -> None:
    erasing.refuse_while_open(person_id=event.object_id)


@on(PaymentCaptured)
def take_the_money(event: PaymentCaptured) -> None:
    if event.source_kind == paying.SOURCE:
        paying.take_captured(
            order_id=event.source_id,
            payment_id=event.payment_id,
            provider=event.provider,
            amount_minor=event.amount_minor or 0,
            now=event.now,
        )


@on(PaymentSurplus)
def note_the_surplus(event: PaymentSurplus) -> None:
    if event.source_kind == paying.SOURCE:
        paying.note_surplus(order_id=event.source_id, payment_id=event.payment_id, now=event.now)


@on(RefundExecuted)
def refund_is_paid_back(event: RefundExecuted) -> None:
    if event.source_kind == paying.SOURCE:
        refunding.settle(ref=event.ref, state=rules.EXECUTED, now=event.now)


@on(RefundFailed)
def refund_did_not_go_through(event: RefundFailed) -> None:
    if event.source_kind == paying.SOURCE:
        refunding.settle(ref=event.ref, state=rules.FAILED, now=event.now)


@after(OrderPaid)
def write_that_it_is_paid(event: OrderPaid) -> None:
    letters.send("paid", event.object_id)


@after(OrderShipped)
def write_that_it_has_left(event: OrderShipped) -> None:
    letters.send("shipped", event.object_id)


@after(OrderRefunded)
def write_what_goes_back(event: OrderRefunded) -> None:
    letters.send("refunded", event.object_id, refund=_refund(event.refund_id))


@after(PaymentGivenBack)
def write_that_it_came_too_late(event: PaymentGivenBack) -> None:
    letters.send("given_back", event.object_id, refund=_refund(event.refund_id))


def _refund(pk: int) -> Refund | None:
    return Refund.objects.filter(pk=pk).first()


@receiver(user_logged_in)
def bring_the_basket_along(request: Any, user: Any, **_more: Any) -> None:
    """What a guest had gathered is theirs after signing in."""
    visitor = visitors.key_of(request) if request is not None else ""
    if visitor:
        baskets.merge(visitor=visitor, person=user, now=timezone.now())
