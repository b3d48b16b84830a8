from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.orders.models import Order
from banyan.sellers.models import Book

from . import rules

CUT = "as long as the books, under a pseudonym that erasure cuts from the person"


class Terms(Scoped):
    """What gives leaves here, and how many a month. `before` is what stood there before."""

    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="+")
    month_minor = models.PositiveBigIntegerField(default=0, help_text="leaves a month; 0 is none")
    thanks_minor = models.PositiveIntegerField(default=0, help_text="leaves for a thank-you")
    thanks_a_month = models.PositiveSmallIntegerField(default=3, help_text="for each giver")
    order_bp = models.PositiveSmallIntegerField(default=0, help_text="of the goods without tax")
    hold_days = models.PositiveSmallIntegerField(default=rules.HOLD_DAYS)
    expires_days = models.PositiveSmallIntegerField(null=True, help_text="empty: never")
    changed_at = models.DateTimeField()
    before = models.JSONField(null=True)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order_bp__lte=rules.BP_MOST), name="leaves_order_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_minor} a month"


class Month(models.Model):
    """The budget of one month, by the community's own calendar: never more than was set."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    limit_minor = models.PositiveBigIntegerField()
    given_minor = models.PositiveBigIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0, help_text="orders there was nothing left for")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="as long as the books")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "first_on"], name="leaves_month_once"),
            models.CheckConstraint(
                condition=Q(given_minor__lte=F("limit_minor")), name="leaves_within_budget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_minor} of {self.limit_minor} in {self.first_on}"


class LeafLot(Scoped, Stateful):
    """Leaves given at one time for one reason, and what has become of them.

    `reversed_minor` is what was taken back of the gift; `taken_minor` what this lot lost to any
    taking back: what was used already is owed and comes out of other lots.
    """

    MOVES = rules.LOT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the member by")
    why = models.CharField(max_length=8, choices=rules.WHY)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+")
    rate_bp = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=rules.LOT_STATES, default=rules.PENDING)
    amount_minor = models.PositiveBigIntegerField()
    left_minor = models.PositiveBigIntegerField()
    spent_minor = models.PositiveBigIntegerField(default=0)
    expired_minor = models.PositiveBigIntegerField(default=0)
    taken_minor = models.PositiveBigIntegerField(default=0)
    reversed_minor = models.PositiveBigIntegerField(default=0)
    earned_at = models.DateTimeField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    privacy_name = _("Leaves you were given")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "why", "state", "amount_minor", "left_minor", "spent_minor",
                 "expired_minor", "taken_minor", "earned_at", "available_at", "expires_at"),
        on_erase="keep",
        keeps=CUT,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(order__isnull=False), name="leaves_order_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & Q(
                    amount_minor=F("left_minor")
                    + F("spent_minor")
                    + F("expired_minor")
                    + F("taken_minor")
                ),
                name="leaves_lot_whole",
            ),
            models.CheckConstraint(
                condition=Q(reversed_minor__lte=F("amount_minor")), name="leaves_lot_reversed"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "earned_at"], name="leaves_lots_of"),
            models.Index(fields=["community", "-earned_at"], name="leaves_lots_here"),
            models.Index(
                fields=["available_at"], condition=Q(state=rules.PENDING), name="leaves_to_clear"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state=rules.AVAILABLE), name="leaves_to_expire"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_minor} of {self.amount_minor} for {self.why}"

    def money(self, minor: int) -> Money:
        return Money(minor, self.book.currency)

    @property
    def amount(self) -> Money:
        return self.money(self.amount_minor)

    @property
    def left(self) -> Money:
        return self.money(self.left_minor)

    @property
    def fates(self) -> list[tuple[str, Money]]:
        """What has become of them, in words, without what is nothing."""
        parts = [
            (_("left"), self.left_minor),
            (_("exchanged"), self.spent_minor),
            (_("lapsed"), self.expired_minor),
            (_("taken back"), self.taken_minor),
        ]
        return [(str(label), self.money(minor)) for label, minor in parts if minor]

    @property
    def may_be_taken_back(self) -> bool:
        return self.reversed_minor < self.amount_minor


class Thanks(Scoped):
    """A member thanked another one for a post or comment, from the community's budget."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=rules.KINDS)
    thing_id = models.PositiveBigIntegerField()
    lot = models.OneToOneField(LeafLot, on_delete=models.PROTECT, related_name="thanks")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    privacy_name = _("Thank-yous you gave")
    privacy = Privacy(
        person="giver__person",
        exports=("community_id", "kind", "thing_id", "at", "undone_at"),
        on_erase="keep",
        keeps="with the leaves it gave, under the nameless member",
    )

    class Meta:
        verbose_name_plural = "thanks"
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "kind", "thing_id"],
                condition=Q(undone_at=None),
                name="thanks_once",
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="thanks_to_others"),
        ]
        indexes = [
            models.Index(fields=["community", "-at"], name="thanks_here"),
            models.Index(fields=["kind", "thing_id"], name="thanks_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} thanks {self.receiver_id}"

    thing: Any = None


class Reward(Scoped, Stateful):
    """Something that the shop gives for leaves, so many of it."""

    MOVES = rules.REWARD_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=400, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    price_minor = models.PositiveBigIntegerField(help_text="leaves")
    stock = models.PositiveIntegerField(help_text="how many are still to be had")
    state = models.CharField(max_length=3, choices=rules.REWARD_STATES, default=rules.ON)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    privacy_name = _("Rewards you put up")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "title", "words", "price_minor", "state", "made_at"),
        on_erase="keep",
        keeps="as the shop’s own words, under the nameless member",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="reward_costs_something"),
        ]
        indexes = [models.Index(fields=["community", "state", "price_minor"], name="rewards_here")]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.book.currency)

    @property
    def is_on(self) -> bool:
        return self.state == rules.ON


class Exchange(Scoped, Stateful):
    """A member gave leaves for a reward, once by its key."""

    MOVES = rules.EXCHANGE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="exchanges")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    payee = models.UUIDField(help_text="pseudonym that the books know the member by")
    key = models.CharField(max_length=64)
    price_minor = models.PositiveBigIntegerField()
    state = models.CharField(max_length=6, choices=rules.EXCHANGE_STATES, default=rules.ASKED)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    privacy_name = _("Rewards you took for leaves")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "reward_id", "price_minor", "state", "at", "ended_at"),
        on_erase="keep",
        keeps=CUT,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="exchange_once"),
        ]
        indexes = [models.Index(fields=["community", "state", "-at"], name="exchanges_here")]

    def __str__(self) -> str:
        return f"{self.price_minor} for {self.reward_id}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.reward.book.currency)


class Spending(models.Model):
    """What one lot gave for an exchange: an undo gives it back to the same lot."""

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="spendings")
    lot = models.ForeignKey(LeafLot, on_delete=models.PROTECT, related_name="+")
    minor = models.PositiveBigIntegerField()

    privacy = Privacy(
        person="exchange__member__person", exports="none", on_erase="keep", keeps=CUT
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "lot"], name="spending_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="spending_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.minor} of {self.lot_id}"
