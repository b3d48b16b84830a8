from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.money import Money, percent
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.orders.models import Order
from banyan.people.models import Person
from banyan.tiers.models import Tier

from . import rules


class Discount(Scoped, Stateful):
    """What a shop takes off, for whom and until when. Its terms stand still once it is active."""

    MOVES = rules.DISCOUNT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=rules.KINDS, default=rules.COUPON)
    state = models.CharField(max_length=7, choices=rules.DISCOUNT_STATES, default=rules.DRAFT)
    name = models.CharField(max_length=60, help_text="what buyers read beside the amount")
    lang = models.CharField(max_length=12, default="en")
    code = models.CharField(max_length=24, blank=True, help_text="of coupons; big letters")
    currency = models.CharField(max_length=3)
    percent_bp = models.PositiveSmallIntegerField(default=0, help_text="hundredths of a percent")
    amount_minor = models.PositiveBigIntegerField(default=0, help_text="instead of a percentage")
    products = models.JSONField(default=list, help_text="keys of products; none is all")
    least_minor = models.PositiveBigIntegerField(default=0)
    least_pieces = models.PositiveSmallIntegerField(default=0)
    members_only = models.BooleanField(default=False)
    tier = models.ForeignKey(
        Tier, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="for members of this paid tier and of higher ones",
    )  # fmt: skip
    first_only = models.BooleanField(default=False, help_text="a buyer's first order here")
    is_shown = models.BooleanField(default=False, help_text="members take it on a page")
    most = models.PositiveIntegerField(null=True, blank=True, help_text="coupons in all")
    most_each = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of one buyer")
    issued = models.PositiveIntegerField(default=0, help_text="coupons that were not let go")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    active_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Discounts you made")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "kind", "state", "name", "code", "starts_at", "ends_at"),
        on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "code"],
                condition=Q(state__in=(rules.DRAFT, rules.ACTIVE)) & ~Q(code=""),
                name="discount_code_once",
            ),
            models.CheckConstraint(
                condition=Q(most=None) | Q(issued__lte=F("most")), name="discount_not_over_issued"
            ),
            models.CheckConstraint(
                condition=Q(percent_bp=0, amount_minor__gt=0)
                | Q(percent_bp__gt=0, percent_bp__lte=rules.WHOLE_BP, amount_minor=0),
                name="discount_takes_one_thing_off",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="discount_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-made_at"], name="discounts_here"),
            models.Index(
                fields=["community"], condition=Q(state="active"), name="discounts_active"
            ),
            models.Index(fields=["ends_at"], condition=Q(state="active"), name="discounts_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def least(self) -> Money:
        return Money(self.least_minor, self.currency)

    @property
    def percent(self) -> str:
        return percent(self.percent_bp)

    @property
    def left(self) -> int | None:
        return None if self.most is None else max(self.most - self.issued, 0)

    @property
    def rule(self) -> rules.Rule:
        return rules.Rule(
            id=self.pk, kind=self.kind, name=self.name, lang=self.lang,
            percent_bp=self.percent_bp, amount_minor=self.amount_minor,
            products=frozenset(self.products), least_minor=self.least_minor,
            least_pieces=self.least_pieces,
            members_only=self.members_only or self.kind == rules.MEMBER,
            level=self.tier.level if self.tier else 0, tier=self.tier.name if self.tier else "",
            starts_at=self.starts_at, ends_at=self.ends_at,
        )  # fmt: skip

    def is_on(self, now: datetime) -> bool:
        return self.state == rules.ACTIVE and self.rule.is_on(now)


class Coupon(Scoped, Stateful):
    """One buyer's right to a discount, once: taken beforehand, or made by the order itself."""

    MOVES = rules.COUPON_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, related_name="coupons")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    mailbox = models.CharField(max_length=40, blank=True, help_text="a keyed hash of the address")
    state = models.CharField(max_length=8, choices=rules.COUPON_STATES, default=rules.CLAIMED)
    was_taken = models.BooleanField(default=False, help_text="beforehand: it goes back to its list")
    turn = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 to the discount's most_each"
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="that keeps or has used it",
    )  # fmt: skip
    claimed_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Your coupons")
    privacy = Privacy(
        person="person",
        exports=("community_id", "discount_id", "state", "claimed_at", "locked_at", "used_at",
                 "ended_at"),
        on_erase="blank",
        blanks=("mailbox",),
        keeps="as long as its order, without the address",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["discount", "person", "turn"],
                condition=~Q(state=rules.RELEASED) & Q(person__isnull=False),
                name="coupon_turn_of_person",
            ),
            models.UniqueConstraint(
                fields=["discount", "mailbox", "turn"],
                condition=~Q(state=rules.RELEASED) & ~Q(mailbox=""),
                name="coupon_turn_of_mailbox",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=(rules.LOCKED, rules.USED)),
                name="coupon_of_order",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["discount", "state", "-claimed_at"], name="coupons_of_discount"),
            models.Index(fields=["person", "-claimed_at"], name="coupons_of_person"),
        ]

    def __str__(self) -> str:
        return f"coupon {self.pk} of {self.discount_id}"


class Saving(models.Model):
    """What one discount took off one order. The parts stand on the order's lines."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, related_name="+")
    coupon = models.ForeignKey(
        Coupon, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minor = models.PositiveBigIntegerField()

    privacy_name = _("What discounts took off your orders")
    privacy = Privacy(
        person="order__person",
        exports=("order_id", "discount_id", "minor"),
        on_erase="keep",
        keeps="as long as the books: it names an order and a discount",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "discount"], name="saving_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="saving_of_something"),
        ]
        indexes = [models.Index(fields=["discount", "-id"], name="savings_of_discount")]

    def __str__(self) -> str:
        return f"{self.minor} off {self.order_id}"

    @property
    def amount(self) -> Money:
        return self.order.money(self.minor)


class Together(models.Model):
    """Which kinds of discounts a shop lets stand together on one order; at first, none."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="+")
    pairs = models.JSONField(default=list, help_text='kinds, as "member+coupon"')
    changed_at = models.DateTimeField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="with the community")

    def __str__(self) -> str:
        return f"what goes together in {self.community_id}"
