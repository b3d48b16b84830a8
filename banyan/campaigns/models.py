from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.orders.models import Order

from . import rules


class Campaign(Scoped, Stateful):
    """An offer with an end. Its terms stand still from the moment it is scheduled."""

    MOVES = rules.CAMPAIGN_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=rules.KINDS, default=rules.GROUP_BUY)
    state = models.CharField(max_length=9, choices=rules.CAMPAIGN_STATES, default=rules.DRAFT)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="this one only; empty is every variant",
    )  # fmt: skip
    currency = models.CharField(max_length=3)
    steps = models.JSONField(default=list, help_text="[people, price in minor units], rising")
    size = models.PositiveSmallIntegerField(help_text="places in a team; pieces of a flash sale")
    hours = models.PositiveSmallIntegerField(help_text="how long a team stays open")
    most_each = models.PositiveSmallIntegerField(
        default=1, help_text="seats of one person; their pieces in a flash sale"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    teams_count = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0, help_text="pieces that are somebody's")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was stopped")
    lang = models.CharField(max_length=12, blank=True)

    privacy_name = _("Campaigns you made")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "kind", "state", "steps", "starts_at", "ends_at", "made_at"),
        on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="campaign_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(kind=rules.FLASH_SALE) | Q(taken__lte=F("size")),
                name="campaign_never_oversold",
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state__in=rules.RUNS), name="campaign_of_product"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-made_at"], name="campaigns_here"),
            models.Index(
                fields=["state", "ends_at"], condition=Q(state__in=rules.RUNS), name="campaigns_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def plan(self) -> list[rules.Step]:
        return [(int(seats), int(price)) for seats, price in self.steps]

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def first_price(self) -> Money:
        return self.money(rules.first_price(self.plan))

    @property
    def is_flash(self) -> bool:
        return self.kind == rules.FLASH_SALE

    @property
    def pieces_left(self) -> int:
        return max(self.size - self.taken, 0)

    @property
    def best_price(self) -> Money:
        return self.money(self.plan[-1][1])

    @property
    def least(self) -> int:
        """How many people a team needs at the least."""
        return self.plan[0][0]

    def is_running(self, now: datetime) -> bool:
        return rules.is_running(self.state, starts_at=self.starts_at, ends_at=self.ends_at, now=now)


class Team(Scoped, Stateful):
    """Members who buy one thing together. `reserved` and `paid` count its seats as they stand."""

    MOVES = rules.TEAM_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="teams")
    state = models.CharField(max_length=16, choices=rules.TEAM_STATES, default=rules.OPEN)
    leader = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    size = models.PositiveSmallIntegerField()
    reserved = models.PositiveSmallIntegerField(default=0)
    paid = models.PositiveSmallIntegerField(default=0, help_text="confirmed ones as well")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="never moves")
    verdict = models.CharField(max_length=16, blank=True, help_text="known from closing on")
    final_count = models.PositiveSmallIntegerField(null=True, blank=True)
    final_minor = models.PositiveBigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Groups you led")
    privacy = Privacy(
        person="leader__person",
        exports=("community_id", "campaign_id", "state", "opened_at", "closes_at"),
        on_erase="keep",
        keeps="as long as its orders, under the nameless member",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=F("paid") + F("reserved")), name="team_has_the_seats"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"], condition=Q(state=rules.OPEN), name="teams_to_close"
            ),
            models.Index(
                fields=["closed_at"], condition=Q(state=rules.CLOSED), name="teams_to_settle"
            ),
            models.Index(fields=["campaign", "state", "closes_at"], name="teams_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"team {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether somebody can still come or go: by the clock, not by the sweep."""
        return self.state == rules.OPEN and now < self.closes_at

    @property
    def places_left(self) -> int:
        return max(self.size - self.paid - self.reserved, 0)

    @property
    def count(self) -> int:
        """How many have paid; after closing, how many had."""
        return self.paid if self.final_count is None else self.final_count

    @property
    def final_price(self) -> Money | None:
        return None if self.final_minor is None else self.campaign.money(self.final_minor)


class Seat(Scoped, Stateful):
    """A member's place in a team, held by one order."""

    MOVES = rules.SEAT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=rules.SEAT_STATES, default=rules.RESERVED)
    turn = models.PositiveSmallIntegerField(help_text="1 to the campaign's most_each")
    price_minor = models.PositiveBigIntegerField(help_text="what was asked on joining")
    back_minor = models.PositiveBigIntegerField(default=0, help_text="the difference, at closing")
    reserved_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Groups you bought in")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "team_id", "state", "price_minor", "back_minor", "reserved_at",
                 "paid_at", "ended_at"),
        on_erase="keep",
        keeps="as long as its order, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "member"], condition=Q(state__in=rules.HELD), name="seat_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "member", "turn"],
                condition=Q(state__in=rules.HELD),
                name="seat_turn_once",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "paid_at"], name="seats_of_team"),
            models.Index(fields=["member", "-reserved_at"], name="seats_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.team_id}"

    @property
    def price(self) -> Money:
        return self.campaign.money(self.price_minor)

    @property
    def back(self) -> Money:
        return self.campaign.money(self.back_minor)


class Claim(Scoped, Stateful):
    """A member's pieces of a flash sale, held by one order."""

    MOVES = rules.CLAIM_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="claims")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.CLAIM_STATES, default=rules.RESERVED)
    pieces = models.PositiveSmallIntegerField()
    reserved_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("What you bought in flash sales")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "campaign_id", "state", "pieces", "reserved_at", "paid_at",
                 "ended_at"),
        on_erase="keep",
        keeps="as long as its order, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gte=1), name="claim_of_something"),
        ]
        indexes = [
            models.Index(fields=["campaign", "member", "state"], name="claims_of_member"),
            models.Index(fields=["campaign", "-reserved_at"], name="claims_of_sale"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.campaign_id}"
