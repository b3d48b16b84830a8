from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from banyan.catalog.models import Variant
from banyan.communities.models import Community
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.people.models import Person


class Basket(Scoped):
    """What somebody means to buy in one community. Once ordered it is closed, and swept later."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visitor = models.CharField(max_length=24, blank=True, help_text="a guest's key, in a cookie")
    changed_at = models.DateTimeField(default=timezone.now)
    ordered_at = models.DateTimeField(null=True, blank=True, help_text="then it is history")
    deal_kind = models.CharField(max_length=16, blank=True, help_text="an offer of its own: deals")
    deal_id = models.PositiveBigIntegerField(null=True, blank=True)

    privacy = Privacy(
        person="person",
        exports=("community_id", "changed_at"),
        on_erase="delete",
        keeps="until bought, or 90 days after the last change",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "person"],
                condition=Q(person__isnull=False, ordered_at=None, deal_kind=""),
                name="basket_of_person",
            ),
            models.UniqueConstraint(
                fields=["person", "deal_kind", "deal_id"],
                condition=Q(person__isnull=False, ordered_at=None) & ~Q(deal_kind=""),
                name="basket_of_deal",
            ),
            models.UniqueConstraint(
                fields=["visitor", "community"],
                condition=Q(person__isnull=True, ordered_at=None),
                name="basket_of_guest",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(visitor=""), name="basket_has_owner"
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="basket_changed")]

    def __str__(self) -> str:
        return f"basket {self.pk}"


class BasketLine(models.Model):
    """So many of one variant."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)
    put_at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        person="basket__person",
        exports=("variant_id", "quantity", "put_at"),
        on_erase="delete",
        keeps="as long as its basket",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["basket", "variant"], name="basket_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="basket_line_some"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"
