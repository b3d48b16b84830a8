from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy


class ShippingRate(Scoped):
    """One way of sending parcels, at one price. Orders keep a copy of name and price."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    lang = models.CharField(max_length=12, blank=True)
    regions = models.JSONField(default=list, help_text="ISO 3166 countries; empty is everywhere")
    price_minor = models.PositiveBigIntegerField()
    free_over_minor = models.PositiveBigIntegerField(null=True, blank=True)
    most_grams = models.PositiveIntegerField(null=True, blank=True)
    days = models.CharField(max_length=40, blank=True, help_text="how long it takes, in words")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it is offered")

    class Meta:
        indexes = [models.Index(fields=["community", "price_minor"], name="shipping_rates_here")]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__lte=10**12), name="shipping_rate_possible"
            )
        ]

    def __str__(self) -> str:
        return self.name
