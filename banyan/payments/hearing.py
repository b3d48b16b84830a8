"""What providers say, and what it does here. Words may come in any order and more than once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from banyan.core.events import announce
from banyan.core.ids import read_id
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books

from . import actions, rules, sources
from .events import (
    PaymentCaptured,
    PaymentFailed,
    PaymentSurplus,
    RefundExecuted,
    RefundFailed,
)
from .models import Payment, PaymentRefund, ProviderEvent
from .providers import RefundWord, Word, provider

logger = logging.getLogger("banyan.payments")


class Contradiction(Exception):
    """The provider speaks of another amount than we asked for: nothing is done, somebody looks."""


def receive(name: str, *, headers: Mapping[str, str], body: bytes, now: datetime) -> ProviderEvent:
    """Verify a callback, keep it, and apply it. BadSignature or BadEvent: nothing is kept.

    Once kept it is acknowledged whatever our own state; what fails now the reconciler does again.
    """
    heard = provider(name).read(headers=headers, body=body, now=now)
    row = ProviderEvent(
        provider=name,
        event_id=heard.event_id,
        kind=heard.kind,
        raw=body.decode(),
        received_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
        event = row
    except IntegrityError:
        event = ProviderEvent.objects.get(provider=name, event_id=heard.event_id)
    if event.state == rules.RECEIVED:
        try:
            apply_event(event, now=now)
        except Exception:
            logger.exception("event %s is kept and will be applied again", event.event_id)
    return event


@transaction.atomic
def apply_event(event: ProviderEvent, *, now: datetime) -> None:
    """Do what a kept event says, once: the payment's own state makes a repetition harmless."""
    heard = provider(event.provider).parse(event.raw.encode())
    if heard.word is None:
        return _close(event, rules.IGNORED, now=now)
    payment = find(event.provider, heard.word.reference)
    if payment is None:
        logger.error("PAYMENT ALARM event %s names no payment of ours", event.event_id)
        return _close(event, rules.REFUSED, note="no such payment", now=now)
    try:
        apply(payment, heard.word, now=now)
    except Contradiction as contradiction:
        logger.error("PAYMENT ALARM event %s: %s", event.event_id, contradiction)
        return _close(event, rules.REFUSED, note=str(contradiction), payment=payment, now=now)
    return _close(event, rules.APPLIED, payment=payment, now=now)


def _close(
    event: ProviderEvent,
    state: str,
    *,
    now: datetime,
    note: str = "",
    payment: Payment | None = None,
) -> None:
    rows = ProviderEvent.objects.filter(pk=event.pk, state=rules.RECEIVED)
    rows.update(state=state, note=note[:200], payment=payment, applied_at=now)
    event.state = state


def find(name: str, reference: str) -> Payment | None:
    try:
        public_id = read_id(reference)
    except ValueError:
        return None
    named = Payment.objects.filter(provider=name, public_id=public_id)
    return named.select_related("book").first()


@transaction.atomic
def apply(payment: Payment, word: Word, *, now: datetime) -> Payment:
    """Bring a payment and its refunds to where the provider says they are.

    Contradiction when amount or currency are not ours.
    """
    if (word.amount_minor, word.currency) != (payment.amount_minor, payment.currency):
        raise Contradiction(
            f"{word.amount_minor} {word.currency} instead of "
            f"{payment.amount_minor} {payment.currency}"
        )
    book = payment.book
    sources.take(payment)
    payment.take()
    payment.book = book
    if rules.rises(payment.state, word.state):
        if word.state == rules.CAPTURED:
            _capture(payment, word, now=now)
        elif word.state in rules.ENDED:
            _end(payment, word, now=now)
        else:
            payment.move(word.state)
    for refund_word in word.refunds:
        refund = _refund_of(payment, refund_word)
        if refund is not None:
            settle_refund(refund, refund_word, now=now)
    return payment


def _capture(payment: Payment, word: Word, *, now: datetime) -> None:
    fields = {"captured_at": now, "fee_minor": word.fee_minor, "ask_at": None, "reason": ""}
    try:
        with transaction.atomic():
            payment.move(rules.CAPTURED, counts=True, **fields)
        is_first = True
    except IntegrityError:  # another attempt has this source's money
        payment.move(rules.CAPTURED, **fields)
        is_first = False
    kind = PaymentCaptured if is_first else PaymentSurplus
    announce(kind(**_said_of(payment), provider=payment.provider, now=now))
    if word.fee_minor:
        order = actions.order_of(payment)
        ledger.post(
            book=payment.book,
            key=f"payment:{payment.oid}:fee",
            kind=books.PROVIDER_FEE,
            legs=[
                books.Leg("psp_fee", word.fee_minor, order),
                books.Leg(actions.psp_of(payment), -word.fee_minor, order),
            ],
            now=now,
        )
    if not is_first:
        actions.give_back(payment=payment, now=now)


def _end(payment: Payment, word: Word, *, now: datetime) -> None:
    was_open = payment.is_open
    payment.move(word.state, reason=word.reason[:60], ask_at=None)
    if was_open:
        announce(PaymentFailed(**_said_of(payment), reason=word.reason[:60], now=now))


def expire_unsent(payment: Payment, *, now: datetime) -> None:
    """End an attempt that its provider has never heard of."""
    word = Word(payment.oid, rules.EXPIRED, payment.amount_minor, payment.currency, reason="unsent")
    apply(payment, word, now=now)


def _refund_of(payment: Payment, word: RefundWord) -> PaymentRefund | None:
    for refund in PaymentRefund.objects.filter(payment=payment):
        if refund.provider_key == word.key:
            return refund
    return None


@transaction.atomic
def settle_refund(refund: PaymentRefund, word: RefundWord, *, now: datetime) -> PaymentRefund:
    """Bring a refund to where the provider says it is; executed, it leaves the books (no. 11)."""
    if (word.amount_minor, word.currency) != (refund.amount_minor, refund.currency):
        raise Contradiction(f"refund of {word.amount_minor} instead of {refund.amount_minor}")
    payment = refund.payment
    book = payment.book
    sources.take(payment)
    payment.take()
    payment.book = book
    refund.take()
    refund.payment = payment
    if refund.state == rules.EXECUTED or word.key != refund.provider_key:
        return refund
    if word.state == rules.EXECUTED:
        _execute(refund, now=now)
    elif word.state == rules.FAILED and refund.state != rules.FAILED:
        refund.move(rules.FAILED, reason=word.reason[:60])
        announce(RefundFailed(**_said_of_refund(refund), reason=word.reason[:60], now=now))
    elif word.state == rules.SENT and refund.state in rules.REFUND_OPEN:
        refund.move(rules.SENT, sent_at=now)
    return refund


def _execute(refund: PaymentRefund, *, now: datetime) -> None:
    payment = refund.payment
    refund.move(rules.EXECUTED, executed_at=now, reason="", alarmed_at=None)
    refunded = payment.refunded_minor + refund.amount_minor
    payment.move(
        rules.refunded_state(amount=payment.amount_minor, refunded=refunded),
        refunded_minor=F("refunded_minor") + refund.amount_minor,
    )
    payment.refunded_minor = refunded
    order = actions.order_of(payment)
    ledger.post(
        book=payment.book,
        key=f"refund:{refund.ref}:executed",
        kind=books.SURPLUS if refund.key == actions.SURPLUS else books.REFUND_EXECUTED,
        legs=[
            books.Leg(
                f"refund_clearing.{refund.ref}", refund.amount_minor, order, member=payment.payer
            ),
            books.Leg(actions.psp_of(payment), -refund.amount_minor, order, member=payment.payer),
        ],
        now=now,
    )
    announce(RefundExecuted(**_said_of_refund(refund), now=now))


def _said_of(payment: Payment) -> dict[str, object]:
    return {
        "community_id": payment.book.community_id,
        "object_id": payment.pk,
        "actor": payment.payer,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "source_kind": payment.source_kind,
        "source_id": payment.source_id,
        "payment_id": payment.pk,
    }


def _said_of_refund(refund: PaymentRefund) -> dict[str, object]:
    payment = refund.payment
    return _said_of(payment) | {
        "object_id": refund.pk,
        "amount_minor": refund.amount_minor,
        "ref": refund.ref,
    }
