from __future__ import annotations

from django.db import models
from django.utils import timezone

from banyan.communities.models import Community
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy


class Book(Scoped):
    """One merchant of record in one currency, fixed after its first order.

    A community's shop sells in one book; the host's own book has no community.
    """

    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    merchant = models.CharField(max_length=120, help_text="legal name of who sells")
    currency = models.CharField(max_length=3)
    opened_at = models.DateTimeField(default=timezone.now)
    first_order_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="as long as its ledger")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community"], name="book_per_community"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} ({self.currency})"
