"""Background work: refunds, closing attempts, and the reconciler that ends every orphan."""

from __future__ import annotations

import logging

from django.db.models import Q
from django.utils import timezone

from banyan.core.jobs import every, job

from . import reconciling, rules
from .models import Payment, PaymentRefund, ProviderEvent

logger = logging.getLogger("banyan.payments")


@job(lease_seconds=60)
def execute_refund(*, refund_id: int) -> None:
    """Ask the provider to pay back; again and again with the same key until it answers."""
    reconciling.send_refund(PaymentRefund.objects.get(pk=refund_id), now=timezone.now())


@job(lease_seconds=60)
def void(*, payment_id: int) -> None:
    """Close an open attempt at its provider."""
    reconciling.close(Payment.objects.get(pk=payment_id), now=timezone.now())


@every(seconds=15)
def reconcile() -> int:
    return reconciling.reconcile(now=timezone.now())


@every(seconds=3600)
def alarm_late_refunds() -> int:
    """Money that should have been back a day ago: somebody must look."""
    now = timezone.now()
    waiting = PaymentRefund.objects.exclude(state=rules.EXECUTED)
    late = list(waiting.filter(created_at__lt=now - rules.REFUND_ALARM, alarmed_at=None)[:100])
    for refund in late:
        logger.error(
            "PAYMENT ALARM refund %s of %s %s has not been paid for a day",
            refund.ref,
            refund.amount_minor,
            refund.currency,
        )
        PaymentRefund.objects.filter(pk=refund.pk).update(alarmed_at=now)
    return len(late)


@every(seconds=24 * 3600)
def forget_raw_events() -> int:
    """Bodies of callbacks are emptied after 90 days; that they came is kept."""
    before = timezone.now() - rules.RAW_KEPT
    old = ProviderEvent.objects.filter(~Q(state=rules.RECEIVED), received_at__lt=before)
    return old.exclude(raw="").update(raw="")
