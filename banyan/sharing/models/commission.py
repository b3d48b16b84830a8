from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.money import Money, percent
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .. import rules
from .links import Attribution

CASH = "cash"


class Offer(Scoped):
    """What sharers earn here. Its terms stand still: other terms are another offer."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    rate_bp = models.PositiveSmallIntegerField(help_text="of the goods without post and tax")
    second_bp = models.PositiveSmallIntegerField(
        default=0, help_text="for who brought the sharer in; 0 is one level"
    )
    cap_minor = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="all payees of an order together"
    )
    hold_days = models.PositiveSmallIntegerField(default=rules.HOLD_DAYS)
    product_ids = models.JSONField(default=list, help_text="these only; empty is every product")
    reward = models.CharField(
        max_length=4, default=CASH, choices=[(CASH, pgettext_lazy("reward", "Money"))]
    )
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Commissions you offered")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "rate_bp", "second_bp", "cap_minor", "made_at", "ended_at"),
        on_erase="keep",
        keeps="as long as the books, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(ended_at=None), name="offer_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(rate_bp__gte=1) & Q(rate_bp__lte=rules.BP_MOST - F("second_bp")),
                name="offer_rates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate_bp} bp"

    @property
    def rates(self) -> list[int]:
        return [self.rate_bp, self.second_bp] if self.second_bp else [self.rate_bp]

    @property
    def cap(self) -> Money | None:
        return None if self.cap_minor is None else Money(self.cap_minor, self.currency)

    @property
    def percent(self) -> str:
        return f"{percent(self.rate_bp)}%"

    @property
    def second_percent(self) -> str:
        return f"{percent(self.second_bp)}%"


class Promoter(Scoped):
    """A member who has accepted an offer's terms; from then on what they share earns."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="promoters")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Commission terms you accepted")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "offer_id", "accepted_at", "left_at"),
        on_erase="keep",
        keeps="as long as the books, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "member"], name="promoter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.offer_id}"


class Commission(Scoped, Stateful):
    """What one level gets of one order: accrued once, taken back by cumulative target."""

    MOVES = rules.COMMISSION_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    attribution = models.ForeignKey(
        Attribution, on_delete=models.PROTECT, related_name="commissions"
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the payee by")
    level = models.PositiveSmallIntegerField()
    rate_bp = models.PositiveSmallIntegerField()
    lines = models.JSONField(default=list, help_text="lines of the order that it is counted from")
    state = models.CharField(max_length=8, choices=rules.COMMISSION_STATES, default=rules.HELD)
    currency = models.CharField(max_length=3)
    base_minor = models.PositiveBigIntegerField(help_text="goods at completion, no post, no tax")
    accrued_minor = models.PositiveBigIntegerField()
    reversed_minor = models.PositiveBigIntegerField(default=0)
    round = models.PositiveSmallIntegerField(
        default=0, help_text="how often it was given again after an order counted after all"
    )
    accrued_at = models.DateTimeField()
    clears_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Your commission")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "level", "rate_bp", "state", "currency", "base_minor",
                 "accrued_minor", "reversed_minor", "accrued_at", "clears_at", "cleared_at"),
        on_erase="keep",
        keeps="as long as the books, under a pseudonym that erasure cuts from the person",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "level"], name="commission_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=rules.LEVELS_MOST), name="commission_levels"
            ),
            models.CheckConstraint(
                condition=Q(reversed_minor__lte=F("accrued_minor")), name="commission_taken_back"
            ),
        ]
        indexes = [
            models.Index(
                fields=["clears_at"], condition=Q(state=rules.HELD), name="commissions_to_clear"
            ),
            models.Index(fields=["community", "-accrued_at"], name="commissions_here"),
            models.Index(fields=["member", "-accrued_at"], name="commissions_of"),
        ]

    def __str__(self) -> str:
        return f"{self.accrued_minor} to {self.member_id}"

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def base(self) -> Money:
        return self.money(self.base_minor)

    @property
    def accrued(self) -> Money:
        return self.money(self.accrued_minor)

    @property
    def taken_back(self) -> Money:
        return self.money(self.reversed_minor)

    @property
    def left(self) -> Money:
        return self.money(self.accrued_minor - self.reversed_minor)

    @property
    def percent(self) -> str:
        return f"{percent(self.rate_bp)}%"

    @property
    def is_capped(self) -> bool:
        return self.accrued_minor < self.base_minor * self.rate_bp // 10_000


class Payout(Scoped, Stateful):
    """Cleared commission that the shop pays to a member."""

    MOVES = rules.PAYOUT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the payee by")
    state = models.CharField(max_length=5, choices=rules.PAYOUT_STATES, default=rules.ASKED)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True, help_text="how it was sent")
    lang = models.CharField(max_length=12, blank=True)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Commission paid out to you")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "state", "amount_minor", "currency", "note", "asked_at",
                 "ended_at"),
        on_erase="blank",
        blanks=("note",),
        keeps="as long as the books; what was written beside it goes",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_above_zero"),
        ]
        indexes = [models.Index(fields=["community", "-asked_at"], name="payouts_here")]

    def __str__(self) -> str:
        return f"{self.amount_minor} to {self.member_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
