"""Asking for money, and giving it back. What providers answer is in hearing.py."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money
from banyan.core.refusals import Refusal, WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.actions import KeyUsedOtherwise
from banyan.sellers.models import Book

from . import providers, rules
from .models import Payment, PaymentRefund

SURPLUS = "surplus"  # the key of a refund that give_back asked for


class PaidAlready(WrongMoment):
    sentence = _("This is paid already. You need not pay again.")


class TooMuchBack(Refusal):
    status = 409
    sentence = _("More cannot be paid back than was paid.")


@transaction.atomic
def begin(
    *,
    book: Book,
    source_kind: str,
    source_id: int,
    source_oid: str,
    amount: Money,
    description: str,
    return_url: str,
    payer: UUID | None,
    key: str,
    now: datetime,
    expires_at: datetime | None = None,
    provider: str | None = None,
    first: bool = False,
) -> Payment:
    """Write down one attempt to pay; nothing leaves this machine yet (see `send`).

    `payer` is a pseudonym, None for guests. `expires_at` is when the attempt is closed at the
    provider, 15 minutes from now by default. The same key and amount give the same attempt.
    PaidAlready when the source has its money; `first` says that it was made in this transaction,
    so that there is nothing to look for.
    """
    if amount.minor <= 0 or amount.currency != book.currency:
        raise ValueError("a payment is above zero and in the currency of its book")
    fingerprint = books.digest([source_kind, source_id, amount.minor, amount.currency])
    made = Payment(
        book=book,
        provider=provider or providers.default(),
        key=key,
        fingerprint=fingerprint,
        source_kind=source_kind,
        source_id=source_id,
        source_oid=source_oid,
        amount_minor=amount.minor,
        currency=amount.currency,
        description=description[:120],
        payer=payer,
        return_url=return_url,
        created_at=now,
        expires_at=expires_at or now + rules.OPEN_FOR,
        ask_at=now + rules.FIRST_ASK,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
        payment = made
    except IntegrityError:
        payment = Payment.objects.get(book=book, key=key)
        payment.book = book
        if payment.fingerprint != fingerprint:
            raise KeyUsedOtherwise(f"{key} was used for another payment") from None
    if not first and is_paid(source_kind, source_id):
        raise PaidAlready
    return payment


def is_paid(source_kind: str, source_id: int) -> bool:
    """Whether an attempt for this source was captured."""
    attempts = Payment.objects.filter(source_kind=source_kind, source_id=source_id)
    return attempts.filter(counts=True).exists()


def send(payment: Payment, *, now: datetime | None = None) -> str:
    """Announce the attempt to its provider and give the address to send the buyer to.

    Never inside a transaction. Twice gives the same address. ProviderDown when there is no
    answer, and the attempt may be sent again; WrongMoment when it has ended.
    """
    now = now or timezone.now()
    providers.outside_transactions()
    if payment.pay_url or payment.state != rules.CREATED:
        payment.refresh_from_db(fields=["state", "pay_url"])
        if payment.pay_url and payment.is_open:
            return payment.pay_url
        if payment.state != rules.CREATED:
            raise WrongMoment
    adapter = providers.provider(payment.provider)
    pay_url = adapter.create(
        reference=payment.oid,
        amount=payment.amount,
        description=payment.description,
        return_url=settings.SITE_URL + reverse("payment-return", kwargs={"id": payment.public_id}),
        webhook_url=settings.SITE_URL + reverse("payment-hook", kwargs={"name": payment.provider}),
        lang=get_language() or "en",
        expires_at=payment.expires_at,
    )
    rows = Payment.objects.filter(pk=payment.pk, state=rules.CREATED)
    if rows.update(state=rules.PENDING, pay_url=pay_url, ask_at=now + rules.FIRST_ASK):
        payment.state, payment.pay_url = rules.PENDING, pay_url
        return pay_url
    payment.refresh_from_db(fields=["state", "pay_url"])
    if payment.is_open and payment.pay_url:
        return payment.pay_url  # somebody sent it at the same time
    if not payment.is_open:  # it was closed while we were talking
        adapter.void(payment.oid)
        raise WrongMoment
    return pay_url


@transaction.atomic
def ask_refund(
    *, payment: Payment, amount: Money, ref: str, key: str, now: datetime
) -> PaymentRefund:
    """Promise that `amount` goes back to the payer; the worker asks the provider.

    `ref` is the name of the refund in the books: post the money to refund_clearing.<ref> in the
    same transaction. The same key gives the same refund. TooMuchBack beyond what was paid.
    """
    from . import tasks  # late: tasks call these verbs

    payment.take()
    earlier = PaymentRefund.objects.filter(payment=payment, key=key).first()
    if earlier is not None:
        if (earlier.ref, earlier.amount) != (ref, amount):
            raise KeyUsedOtherwise(f"{key} was used for another refund")
        return earlier
    if payment.state not in rules.PAID:
        raise WrongMoment
    if amount.minor <= 0 or amount.currency != payment.currency:
        raise ValueError("a refund is above zero and in the currency of its payment")
    room = Payment.objects.filter(
        pk=payment.pk, refund_asked_minor__lte=F("amount_minor") - amount.minor
    )
    if not room.update(refund_asked_minor=F("refund_asked_minor") + amount.minor):
        raise TooMuchBack
    payment.refund_asked_minor += amount.minor
    refund = PaymentRefund.objects.create(
        payment=payment,
        ref=ref,
        key=key,
        amount_minor=amount.minor,
        currency=amount.currency,
        created_at=now,
    )
    tasks.execute_refund.later(key=str(refund.pk), refund_id=refund.pk)
    return refund


@transaction.atomic
def give_back(*, payment: Payment, now: datetime) -> PaymentRefund:
    """Send a captured payment straight back: nobody could use it (too late, or paid twice).

    For a payment whose money was not posted to an order: it posts psp -> refund_clearing itself.
    """
    order = order_of(payment)
    ref = payment.oid
    ledger.post(
        book=payment.book,
        key=f"payment:{payment.oid}:surplus",
        kind=books.SURPLUS,
        legs=[
            books.Leg(psp_of(payment), payment.amount_minor, order, member=payment.payer),
            books.Leg(f"refund_clearing.{ref}", -payment.amount_minor, order, member=payment.payer),
        ],
        now=now,
    )
    return ask_refund(payment=payment, amount=payment.amount, ref=ref, key=SURPLUS, now=now)


@transaction.atomic
def try_refund_again(*, refund: PaymentRefund, now: datetime) -> None:
    """An operator's wish after the provider refused: ask once more, as a new request."""
    from . import tasks

    refund.move(
        rules.CREATED, only_from=(rules.FAILED,), round=F("round") + 1, reason="", alarmed_at=None
    )
    tasks.execute_refund.later(key=str(refund.pk), refund_id=refund.pk)


@transaction.atomic
def ask_void(*, source_kind: str, source_id: int, now: datetime) -> int:
    """Promise that every open attempt for this source is closed at its provider.

    One that was never sent is closed at once. If the buyer was faster, PaymentCaptured follows.
    Gives the number of attempts that were open.
    """
    from . import tasks

    attempts = Payment.objects.filter(
        source_kind=source_kind, source_id=source_id, state__in=rules.OPEN
    )
    count = 0
    for payment in attempts.order_by("pk"):
        Payment.objects.filter(pk=payment.pk, void_asked_at=None).update(void_asked_at=now)
        tasks.void.later(key=str(payment.pk), payment_id=payment.pk)
        count += 1
    return count


def psp_of(payment: Payment) -> str:
    return f"psp.{payment.provider}"


def order_of(payment: Payment) -> str:
    """The order's public id, for the legs; "" when the payment is for something else."""
    return payment.source_oid if payment.source_kind == "order" else ""
