from __future__ import annotations

from django.db.models import Q, QuerySet

from banyan.communities.models import Community

from . import rules
from .models import PaymentRefund


def stuck_refunds(community: Community) -> QuerySet[PaymentRefund]:
    """Refunds that somebody must look at: refused by the provider, or unpaid for a day."""
    return (
        PaymentRefund.objects.filter(payment__book__community=community)
        .exclude(state=rules.EXECUTED)
        .filter(Q(state=rules.FAILED) | Q(alarmed_at__isnull=False))
        .select_related("payment__book")
        .order_by("created_at")
    )
