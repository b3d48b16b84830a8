from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.people.models import Person

from . import rules


class Wish(Scoped, Stateful):
    """A product that a person keeps in mind; nobody else sees it. One row for each product.

    `mark_minor` is set while they ask to be told of a lower price: a fall is below it. `low_minor`
    is the lower price that the sweep saw, since `low_since`; `told_at` outlives taking off, so that
    nobody is told of the same product twice in a week.
    """

    MOVES = rules.WISH_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=rules.WISH_STATES, default=rules.KEPT)
    price_minor = models.BigIntegerField(help_text="what it cost them when they wished for it")
    wished_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="put on the list or taken off")
    bought_at = models.DateTimeField(null=True, blank=True)
    mark_minor = models.BigIntegerField(null=True, blank=True)
    low_minor = models.BigIntegerField(null=True, blank=True)
    low_since = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Your wishes")
    privacy = Privacy(
        person="person",
        exports=("community_id", "product_id", "state", "price_minor", "wished_at", "bought_at",
                 "mark_minor", "told_at"),
        on_erase="delete",
        keeps="until you take it off the list, and 30 days on, so that a notice is not repeated",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "product"], name="wish_once"),
        ]
        indexes = [
            models.Index(fields=["community", "person", "state", "-wished_at"], name="wishes_of"),
            models.Index(fields=["product", "state"], name="wishes_for"),
            models.Index(
                fields=["id"], condition=Q(mark_minor__isnull=False), name="wishes_watched"
            ),
            models.Index(fields=["state", "changed_at"], name="wishes_over"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} wishes for {self.product_id}"

    @property
    def is_kept(self) -> bool:
        return self.state == rules.KEPT

    @property
    def watch(self) -> rules.Watch | None:
        if self.mark_minor is None:
            return None
        return rules.Watch(self.mark_minor, self.low_minor, self.low_since, self.told_at)


class Wait(Scoped, Stateful):
    """A person asked to be told once when a sold-out variant is to be had again."""

    MOVES = rules.WAIT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=rules.WAIT_STATES, default=rules.WAITING)
    asked_at = models.DateTimeField(help_text="their place in the queue")
    told_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    privacy_name = _("What you wait for in shops")
    privacy = Privacy(
        person="person",
        exports=("community_id", "variant_id", "state", "asked_at", "told_at"),
        on_erase="delete",
        keeps="while you wait, and 30 days after it is over",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "variant"], name="wait_once"),
        ]
        indexes = [
            models.Index(fields=["variant", "state", "asked_at"], name="waits_in_order"),
            models.Index(fields=["community", "person", "state"], name="waits_of"),
            models.Index(fields=["state", "changed_at"], name="waits_over"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} waits for {self.variant_id}"
