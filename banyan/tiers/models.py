from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.content.models import Post
from banyan.core.models import Scoped
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from . import rules

KEPT = "as long as the books, under a pseudonym that erasure cuts from the person"


class Tier(Scoped, Stateful):
    """A paid level: a name, a price, what it brings. A higher level opens what lower ones open."""

    MOVES = rules.TIER_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    words = models.CharField(max_length=400, blank=True, help_text="what it brings")
    lang = models.CharField(max_length=12, blank=True)
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=5, choices=rules.TIER_STATES, default=rules.DRAFT)
    currency = models.CharField(max_length=3)
    month_minor = models.PositiveBigIntegerField(null=True, help_text="empty: not by the month")
    year_minor = models.PositiveBigIntegerField(null=True, help_text="empty: not by the year")
    trial_days = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    privacy_name = _("Paid levels you made")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "name", "words", "state", "made_at"),
        on_erase="keep",
        keeps="as the community’s own words, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "level"], name="tier_level_once"),
            models.CheckConstraint(
                condition=Q(month_minor__gt=0) | Q(year_minor__gt=0), name="tier_costs_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == rules.ON

    def price_minor(self, period: str) -> int | None:
        """For a period; None when it is not sold by it."""
        return {rules.MONTH: self.month_minor, rules.YEAR: self.year_minor}.get(period)

    @property
    def prices(self) -> list[tuple[str, Money]]:
        """Each period it is sold by, with its price."""
        found = [(period, self.price_minor(period)) for period, _words in rules.PERIODS]
        return [(period, Money(minor, self.currency)) for period, minor in found if minor]


class Subscription(Scoped, Stateful):
    """A member's paid membership. What was paid for it stands in its terms.

    `until_on` is the first day that nothing is paid for.
    """

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the member by")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=5, choices=rules.PERIODS)
    state = models.CharField(max_length=9, choices=rules.STATES)
    is_gift = models.BooleanField(default=False, help_text="nobody is asked to pay on")
    started_at = models.DateTimeField()
    until_on = models.DateField()
    grace_until_on = models.DateField(null=True)
    paused_on = models.DateField(null=True, help_text="the first day that is kept for later")
    reminded = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True, help_text="when the sweep looks next")
    ended_at = models.DateTimeField(null=True)

    privacy_name = _("Your paid memberships")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "tier_id", "period", "state", "is_gift", "started_at",
                 "until_on", "paused_on", "ended_at"),
        on_erase="keep",
        keeps=KEPT,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=rules.LIVE), name="membership_one_lives"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-id"], name="memberships_here"),
            models.Index(fields=["member", "-id"], name="memberships_of"),
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="memberships_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier_id} of {self.member_id}"

    @property
    def account(self) -> str:
        return f"deferred.membership.{self.oid}"

    @property
    def last_on(self) -> date:
        """The last day that is paid for."""
        return self.until_on - timedelta(days=1)

    @property
    def open_on(self) -> date:
        """The last day of the grace."""
        return (self.grace_until_on or self.until_on) - timedelta(days=1)

    @property
    def gives(self) -> bool:
        return self.state in rules.GIVES

    @property
    def lives(self) -> bool:
        return self.state in rules.LIVE


class Bill(Scoped, Stateful):
    """One payment that a member was shown and means to make. Its money makes or lengthens one."""

    MOVES = rules.BILL_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=7, choices=rules.WHY)
    payer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the payer by")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="+", help_text="whose membership it is for"
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=5, choices=rules.PERIODS)
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="bills"
    )
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=rules.BILL_STATES, default=rules.OPEN)
    amount_minor = models.PositiveBigIntegerField()
    returned_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    privacy_name = _("What you paid for memberships")
    privacy = Privacy(
        person="payer__person",
        exports=("community_id", "why", "tier_id", "period", "state", "amount_minor",
                 "returned_minor", "currency", "made_at", "paid_at"),
        on_erase="keep",
        keeps=KEPT,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payer", "key"], name="bill_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, returned_minor__lte=F("amount_minor")),
                name="bill_returns_what_came",
            ),
        ]
        indexes = [models.Index(fields=["member", "state"], name="bills_of")]

    def __str__(self) -> str:
        return f"{self.why} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Term(models.Model):
    """Days of one tier and what they are worth: earned day by day, or given back.

    `earned_minor` + `returned_minor` is the value once its last day is over.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="terms")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    of_days = models.PositiveSmallIntegerField(help_text="of the whole term that it is a part of")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value_minor = models.PositiveBigIntegerField()
    earned_minor = models.PositiveBigIntegerField(default=0)
    returned_minor = models.PositiveBigIntegerField(default=0)

    privacy = Privacy(
        person="subscription__member__person", exports="none", on_erase="keep", keeps=KEPT
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="term_has_days"),
            models.CheckConstraint(
                condition=Q(value_minor__gte=F("earned_minor") + F("returned_minor")),
                name="term_gives_what_it_has",
            ),
        ]
        indexes = [models.Index(fields=["subscription", "starts_on"], name="terms_in_order")]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}: {self.value_minor}"

    @property
    def left_minor(self) -> int:
        """What is paid and not earned yet."""
        return self.value_minor - self.earned_minor - self.returned_minor


class Inner(Scoped):
    """The part of a post that is for members of a tier, or of a higher one.

    It stands here and not in the post, so nothing that shows, finds, sends or shares posts has it.
    """

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    lang = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField()

    privacy_name = _("Parts of your posts for paying members")
    privacy = Privacy(
        person="post__author__person",
        exports=("community_id", "post_id", "body", "lang", "written_at"),
        on_erase="delete",
        keeps="as long as its post",
    )

    class Meta:
        indexes = [models.Index(fields=["community", "tier"], name="inner_of_tier")]

    def __str__(self) -> str:
        return f"inside {self.post_id}"
