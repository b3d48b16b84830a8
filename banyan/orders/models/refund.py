from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.core.models import Thing
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.payments.models import Payment
from banyan.people.models import Person

from .. import rules
from .order import Order, OrderLine

STATES = [
    (rules.ASKED, _("On its way back")),
    (rules.EXECUTED, _("Paid back")),
    (rules.FAILED, _("Not gone through")),
]


class Refund(Thing, Stateful):
    """Money that goes back to the buyer: asked for here, carried out by the provider."""

    MOVES = rules.REFUND_MOVES

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=STATES, default=rules.ASKED)
    amount_minor = models.PositiveBigIntegerField()
    post_minor = models.PositiveBigIntegerField(default=0, help_text="the part that was for post")
    reason = models.CharField(max_length=300, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    is_stray = models.BooleanField(default=False, help_text="a payment that came twice or late")
    tries = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    executed_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="order__person",
        exports=("state", "amount_minor", "post_minor", "reason", "asked_at", "executed_at"),
        on_erase="keep",
        keeps="as long as the books",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=[s for s, _label in STATES]), name="refund_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["failed_at"], condition=Q(state=rules.FAILED), name="refunds_stuck"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.order_id}"

    @property
    def amount(self) -> Money:
        return self.order.money(self.amount_minor)


class RefundLine(models.Model):
    """How many pieces of a line a refund pays back, and whether they went back on the shelf.

    No pieces but an amount: what they cost less than was paid.
    """

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    amount_minor = models.PositiveBigIntegerField()
    restocked = models.BooleanField(default=False)

    privacy = Privacy(
        person="refund__order__person",
        exports=("quantity", "amount_minor"),
        on_erase="keep",
        keeps="as long as the books",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) | Q(amount_minor__gte=1), name="refund_line_some"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"
