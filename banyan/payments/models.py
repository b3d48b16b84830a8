from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from banyan.core.models import Thing
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.sellers.models import Book

from . import rules


class Payment(Thing, Stateful):
    """One attempt to pay for one thing. Its public id is its name at the provider.

    A source (an order) may have several attempts; `counts` is true on the one whose money it got.
    """

    MOVES = rules.PAYMENT_MOVES

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=24)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    source_kind = models.CharField(max_length=24)
    source_id = models.BigIntegerField()
    source_oid = models.CharField(max_length=26)
    state = models.CharField(max_length=16, default=rules.CREATED)
    counts = models.BooleanField(default=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    refund_asked_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    description = models.CharField(max_length=120)
    payer = models.UUIDField(null=True, help_text="pseudonym; None for guests")
    return_url = models.CharField(max_length=500)
    pay_url = models.CharField(max_length=500, blank=True, help_text="the provider's page")
    reason = models.CharField(max_length=60, blank=True, help_text="why it ended, a plain word")
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    void_asked_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True, help_text="when to ask the provider next")
    asks = models.PositiveSmallIntegerField(default=0)

    privacy = Privacy(
        person="payer",
        exports=("state", "amount_minor", "currency", "description", "created_at", "captured_at"),
        on_erase="blank",
        blanks=("return_url",),
        keeps="as long as the books; no name, no card, no address is in it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="payment_key_once"),
            models.UniqueConstraint(
                fields=["source_kind", "source_id"],
                condition=Q(counts=True),
                name="payment_one_counts",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_minor__gt=0,
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("refund_asked_minor"),
                    refund_asked_minor__lte=F("amount_minor"),
                ),
                name="payment_refunds_within",
            ),
        ]
        indexes = [
            models.Index(fields=["source_kind", "source_id"], name="payment_source"),
            models.Index(
                fields=["ask_at"], condition=Q(state__in=rules.OPEN), name="payment_to_ask"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.oid} {self.state}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN


class PaymentRefund(Thing, Stateful):
    """Money on its way back to the payer. `ref` names it in the books (refund_clearing.<ref>)."""

    MOVES = rules.REFUND_MOVES

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    ref = models.CharField(max_length=26, unique=True)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=8, default=rules.CREATED)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    round = models.PositiveSmallIntegerField(default=1, help_text="rises with each new attempt")
    reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    privacy = Privacy(
        person=None,
        exports="none",
        on_erase="keep",
        keeps="as long as the books",
        why="amounts only; its payment tells the person",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "key"], name="payment_refund_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_refund_above_0"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=~Q(state=rules.EXECUTED),
                name="payment_refund_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def provider_key(self) -> str:
        """Its idempotency key at the provider: the same however often we send it."""
        return f"{self.oid}-{self.round}"


class ProviderEvent(models.Model):
    """The inbox: each signed word of a provider, once, as it came."""

    provider = models.CharField(max_length=24)
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField(blank=True, help_text="the signed body; emptied after 90 days")
    state = models.CharField(max_length=8, default=rules.RECEIVED)
    note = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    privacy = Privacy(
        person=None,
        exports="none",
        on_erase="keep",
        keeps="the body 90 days, the rest as long as the books",
        why="names payments by our own ids, never people",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state=rules.RECEIVED), name="provider_event_waiting"
            ),
            models.Index(fields=["received_at"], name="provider_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"
