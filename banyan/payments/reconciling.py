"""Asking providers what became of things, so that a killed process or a lost callback mends itself.

Everything here talks to providers, so nothing here runs inside a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from . import hearing, rules
from .models import Payment, PaymentRefund, ProviderEvent
from .providers import NoProvider, ProviderDown, provider

logger = logging.getLogger("banyan.payments")
BATCH = 50
PATIENCE = 3  # unanswered questions in a row after which a sweep goes home
RESEND_AFTER = timedelta(seconds=20)


def ask(payment: Payment, *, now: datetime) -> Payment:
    """Bring an open payment to where its provider says it is. ProviderDown without an answer."""
    if not payment.is_open:
        return payment
    word = provider(payment.provider).ask(payment.oid)
    if word is None:
        if payment.void_asked_at or payment.created_at < now - rules.RETURN_GRACE:
            hearing.expire_unsent(payment, now=now)
        return payment
    if word.state in rules.OPEN and (payment.void_asked_at or payment.expires_at <= now):
        return close(payment, now=now)
    return hearing.apply(payment, word, now=now)


def close(payment: Payment, *, now: datetime) -> Payment:
    """Close an open payment at its provider; if the buyer was faster, it is captured instead."""
    if not payment.is_open:
        return payment
    word = provider(payment.provider).void(payment.oid)
    if word is None:
        hearing.expire_unsent(payment, now=now)
        return payment
    return hearing.apply(payment, word, now=now)


def send_refund(refund: PaymentRefund, *, now: datetime) -> PaymentRefund:
    """Ask the provider to pay back, and note what it says."""
    if refund.state not in rules.REFUND_OPEN:
        return refund
    payment = refund.payment
    word = provider(payment.provider).refund(
        reference=payment.oid, key=refund.provider_key, amount=refund.amount
    )
    return hearing.settle_refund(refund, word, now=now)


def reconcile(*, now: datetime) -> int:
    """One round: kept events, open payments, refunds under way. Gives how many it looked at."""
    events = ProviderEvent.objects.filter(state=rules.RECEIVED).order_by("pk")[:BATCH]
    seen = _each(events, lambda event: hearing.apply_event(event, now=now))

    to_ask = Payment.objects.filter(state__in=rules.OPEN, ask_at__lte=now)
    payments = list(to_ask.select_related("book").order_by("ask_at")[:BATCH])
    for payment in payments:
        rows = Payment.objects.filter(pk=payment.pk)
        rows.update(asks=F("asks") + 1, ask_at=rules.ask_next(asks=payment.asks, now=now))
    seen += _each(payments, lambda payment: ask(payment, now=now))

    before = now - RESEND_AFTER
    refunds = PaymentRefund.objects.filter(
        Q(state=rules.CREATED, created_at__lte=before) | Q(state=rules.SENT, sent_at__lte=before)
    )
    waiting = refunds.select_related("payment__book").order_by("created_at")[:BATCH]
    return seen + _each(waiting, lambda refund: send_refund(refund, now=now))


def _each[Row](rows: Iterable[Row], do: Callable[[Row], object]) -> int:
    """Do it for each row; one that fails is logged and comes again in the next round."""
    seen = unanswered = 0
    for row in rows:
        seen += 1
        try:
            do(row)
            unanswered = 0
        except (ProviderDown, NoProvider):
            unanswered += 1
            if unanswered >= PATIENCE:
                break
        except Exception:
            logger.exception("%s comes again", row)
    return seen
