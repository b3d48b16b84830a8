from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.campaigns.models import Campaign
from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.orders.models import Order

from .. import rules


class Terms(Scoped):
    """How a community counts what comes by sharing."""

    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="+")
    window_days = models.PositiveSmallIntegerField(default=rules.WINDOW_DAYS)
    inviter_keeps_from = models.DateTimeField(
        null=True, blank=True, help_text="orders since then belong to whoever brought the buyer in"
    )
    changed_at = models.DateTimeField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while the shop stands")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=rules.LONGEST_WINDOW_DAYS),
                name="sharing_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_days} days"


class Link(Scoped):
    """One member's way to one thing through one channel. Its code says nothing about either."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=rules.KINDS)
    thing_id = models.BigIntegerField(help_text="product, team, post or community")
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=6, choices=rules.CHANNELS)
    code = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    off_at = models.DateTimeField(null=True, blank=True, help_text="turned off by the shop")
    off_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    privacy_name = _("Links you shared")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "kind", "thing_id", "channel", "code", "made_at", "expires_at",
                 "off_at"),
        on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "thing_id", "channel"], name="link_once"
            ),
        ]
        indexes = [models.Index(fields=["community", "-made_at"], name="links_here")]

    def __str__(self) -> str:
        return self.code

    def works(self, now: datetime) -> bool:
        """Whether what comes by it counts. It leads on to its thing in any case."""
        return self.off_at is None and now < self.expires_at


class Touch(models.Model):
    """Somebody came by a link. Never changed, never deleted; says nothing about who."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="touches")
    visit = models.CharField(max_length=16, unique=True, help_text="random, new with each visit")
    at = models.DateTimeField()

    privacy = Privacy(
        person=None, exports="none", on_erase="keep",
        keeps="as long as the community: that somebody came, and when",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "touches"
        indexes = [models.Index(fields=["link", "at"], name="touches_of_link")]

    def __str__(self) -> str:
        return self.visit


class Bond(Scoped):
    """Who brought a member in. Inviters were here first, so that bonds are a forest."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    inviter = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="empty: by a personal invitation",
    )  # fmt: skip
    depth = models.PositiveIntegerField(default=1, help_text="1: the inviter came alone")
    bound_at = models.DateTimeField()

    privacy_name = _("Who brought you in")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "depth", "bound_at"),
        on_erase="keep",
        keeps="as long as the community, between nameless members",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(inviter_id__lt=F("member_id")), name="inviter_was_here_first"
            ),
        ]
        indexes = [models.Index(fields=["inviter", "bound_at"], name="bonds_of_inviter")]

    def __str__(self) -> str:
        return f"{self.inviter_id} brought {self.member_id}"


class Attribution(Scoped):
    """By whose sharing an order came: fixed when it was placed, whatever is shared later."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="empty: the buyer's inviter keeps them",
    )  # fmt: skip
    offer = models.ForeignKey(
        "sharing.Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="the commission that the sharer had accepted",
    )  # fmt: skip
    second = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who brought the sharer in, where the offer has a second level",
    )  # fmt: skip
    window_days = models.PositiveSmallIntegerField()
    touched_at = models.DateTimeField()
    made_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True, help_text="why it does not count")
    lang = models.CharField(max_length=12, blank=True)

    privacy_name = _("Orders that came by your sharing")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "window_days", "touched_at", "made_at", "voided_at", "reason"),
        on_erase="keep",
        keeps="as long as the order, under the nameless member",
    )

    class Meta:
        indexes = [
            models.Index(fields=["community", "-made_at"], name="attributions_here"),
            models.Index(fields=["member", "-made_at"], name="attributions_of"),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id} by {self.member_id}"
