from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Variant
from banyan.communities.models import Community
from banyan.core.db.prepared import Prepared
from banyan.core.models import Picture, Scoped, ScopedQuerySet, Thing
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.core.text import lang_of
from banyan.payments.models import Payment
from banyan.people.models import Person
from banyan.sellers.models import Book

from .. import rules

STATES = [
    (rules.PLACED, _("Waiting for payment")),
    (rules.PAID, _("Paid")),
    (rules.FULFILLING, _("Packed")),
    (rules.RECEIVED, _("Received")),
    (rules.COMPLETED, _("Completed")),
    (rules.EXPIRED, _("Not paid in time")),
    (rules.CANCELLED, _("Cancelled")),
]


class OrderQuerySet(ScopedQuerySet):
    def to_pack(self) -> Any:
        return self.filter(state=rules.PAID, waits=False)

    def late(self, *, now: datetime) -> Any:
        """Paid more than three days ago and still not packed."""
        return self.to_pack().filter(paid_at__lt=now - timedelta(days=rules.LATE_AFTER_DAYS))

    def shipped(self) -> Any:
        return self.filter(shipped_at__isnull=False)

    def whole(self, **which: Any) -> Order | None:
        """One order with its lines, shop, book, buyer and payment: one query for all of it."""
        return _in_one(list(_with_all(**which)))

    def whole_by_id(self, pk: int) -> Order | None:
        return _in_one(_whole_by_id(pk))

    def whole_by_number(self, number: str) -> Order | None:
        """The same, of a community that is open."""
        return _in_one(_whole_by_number(number))


def _with_all(**which: Any) -> Any:
    return (
        OrderLine.objects.filter(**{f"order__{name}": value for name, value in which.items()})
        .select_related(
            "order__community", "order__book", "order__person", "order__payment", "picture"
        )
        .order_by("pk")
    )


_whole_by_id = Prepared(lambda pk: _with_all(pk=pk), 0)
_whole_by_number = Prepared(lambda number: _with_all(number=number, community__closed_at=None), "")


def _in_one(rows: list[OrderLine]) -> Order | None:
    if not rows:
        return None
    order: Order = rows[0].order
    for line in rows:
        line.order = order
    order.rows = rows
    return order


class Order(Scoped, Stateful):
    """What somebody bought, where it goes and what it cost: a copy that later changes leave alone.

    Sums are whole minor units of `currency`. `paid_minor` counts every captured payment, also
    those that were given back because they came twice or too late; `refunded_minor` every refund
    asked for, so that refunded <= paid always.
    """

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=10, choices=STATES, default=rules.PLACED)
    basket_id = models.UUIDField(null=True, unique=True, help_text="the basket, ordered once")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    visitor = models.CharField(max_length=24, blank=True)
    lang = models.CharField(max_length=12, default="en", help_text="language of the buyer")

    email = models.EmailField(blank=True)
    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    line1 = models.CharField(max_length=120, blank=True)
    line2 = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    note = models.CharField(max_length=500, blank=True)

    currency = models.CharField(max_length=3)
    items_minor = models.PositiveBigIntegerField()
    post_minor = models.PositiveBigIntegerField(default=0)
    post_tax_minor = models.PositiveBigIntegerField(default=0)
    tax_minor = models.PositiveBigIntegerField(default=0)
    tax_bp = models.PositiveSmallIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()
    paid_minor = models.PositiveBigIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    post_refunded_minor = models.PositiveBigIntegerField(default=0)
    lowered_minor = models.PositiveBigIntegerField(
        default=0, help_text="part of refunded_minor: the price fell, nothing was given back"
    )
    post_name = models.CharField(max_length=60, blank=True)
    post_lang = models.CharField(max_length=12, blank=True)
    needs_post = models.BooleanField(default=True)
    deal_kind = models.CharField(max_length=16, blank=True, help_text="the offer it came from")
    deal_id = models.PositiveBigIntegerField(null=True, blank=True)
    waits = models.BooleanField(default=False, help_text="for its deal to close: not packed before")
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    reserved_until = models.DateTimeField()
    placed_at = models.DateTimeField(default=timezone.now)
    paid_at = models.DateTimeField(null=True, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()
    attempt: Payment | None = None  # set while it is being placed: where the buyer pays

    privacy = Privacy(
        person="person",
        exports=(
            "number", "state", "email", "name", "phone", "line1", "line2", "city", "region",
            "postcode", "country", "note", "currency", "items_minor", "post_minor", "tax_minor",
            "total_minor", "paid_minor", "refunded_minor", "post_name", "placed_at", "paid_at",
            "shipped_at", "received_at", "completed_at", "expired_at", "cancelled_at",
        ),
        on_erase="blank",
        blanks=("email", "name", "phone", "line1", "line2", "city", "region", "postcode", "note",
                "visitor"),
        keeps="sums, dates and what was bought for as long as the books; name and address go",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("items_minor") + F("post_minor")), name="order_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("paid_minor")), name="order_refunded_lte_paid"
            ),
            models.CheckConstraint(
                condition=Q(post_refunded_minor__lte=F("post_minor")),
                name="order_post_refunded_lte_paid",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s for s, _label in STATES]), name="order_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="orders_here"),
            models.Index(
                fields=["community", "paid_at"],
                condition=Q(state=rules.PAID),
                name="orders_to_pack",
            ),
            models.Index(
                fields=["reserved_until"], condition=Q(state=rules.PLACED), name="orders_reserved"
            ),
            models.Index(
                fields=["shipped_at"], condition=Q(state=rules.FULFILLING), name="orders_on_the_way"
            ),
            models.Index(fields=["person", "-id"], name="orders_of_person"),
            models.Index(fields=["community", "email"], name="orders_by_email"),
            models.Index(fields=["email"], condition=Q(person=None), name="orders_of_guests"),
        ]

    def __str__(self) -> str:
        return self.number

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def items(self) -> Money:
        return self.money(self.items_minor)

    @property
    def post(self) -> Money:
        return self.money(self.post_minor)

    @property
    def tax(self) -> Money:
        return self.money(self.tax_minor)

    @property
    def total(self) -> Money:
        return self.money(self.total_minor)

    @property
    def refunded(self) -> Money:
        return self.money(self.refunded_minor)

    @property
    def post_left(self) -> Money:
        return self.money(self.post_minor - self.post_refunded_minor)

    def take(self) -> None:
        super().take()
        self.__dict__.pop("rows", None)  # the lines are read afresh as well

    @cached_property
    def rows(self) -> list[OrderLine]:
        """The lines in their order, read once; each knows this order."""
        found = list(self.lines.select_related("picture").order_by("pk"))
        for line in found:
            line.order = self
        return found

    @property
    def off_minor(self) -> int:
        """What rules took off its goods when it was placed."""
        return sum(line.discount_minor for line in self.rows)

    @property
    def off(self) -> Money:
        return self.money(self.off_minor)

    @property
    def own_refunded_minor(self) -> int:
        """What was given back of this order's own price (not of payments that came twice)."""
        return self.post_refunded_minor + sum(line.refunded_minor for line in self.rows)

    @property
    def left(self) -> Money:
        """What is not given back yet of what was paid for the order."""
        return (
            self.money(self.total_minor - self.own_refunded_minor)
            if self.paid_at
            else (self.money(0))
        )

    @property
    def is_paid(self) -> bool:
        return self.state in (rules.PAID, rules.FULFILLING, rules.RECEIVED, rules.COMPLETED)

    @property
    def state_word(self) -> Any:
        """The state as people say it; a packed order that has left is on its way."""
        if self.state == rules.FULFILLING and self.shipped_at:
            return _("On its way") if self.needs_post else _("Handed over")
        return self.get_state_display()  # type: ignore[attr-defined]

    @property
    def tone(self) -> str:
        """The chip's colour beside the word."""
        if self.state == rules.FULFILLING:
            return "sky" if self.shipped_at else "amber"
        return {
            rules.PLACED: "amber",
            rules.PAID: "brand",
            rules.RECEIVED: "brand",
            rules.COMPLETED: "sprout-soft",
        }.get(self.state, "")

    def can_be_paid(self, now: datetime) -> bool:
        return self.state == rules.PLACED and now < self.reserved_until

    def is_late(self, now: datetime) -> bool:
        return (
            self.state == rules.PAID
            and not self.waits
            and self.paid_at is not None
            and self.paid_at < now - timedelta(days=rules.LATE_AFTER_DAYS)
        )


class OrderLine(Thing):
    """One variant as it was bought: words, price and tax are copies."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(max_length=200)
    options = models.CharField(max_length=200, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    slug = models.CharField(max_length=120, blank=True)
    sku = models.CharField(max_length=80, blank=True)
    quantity = models.PositiveSmallIntegerField()
    unit_minor = models.PositiveBigIntegerField()
    discount_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField(help_text="unit x quantity - discount")
    tax_minor = models.PositiveBigIntegerField(default=0, help_text="contained in the total")
    refunded_quantity = models.PositiveSmallIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    lowered_minor = models.PositiveBigIntegerField(
        default=0, help_text="part of the total that went back because the price fell"
    )
    needs_post = models.BooleanField(default=True)

    privacy = Privacy(
        person="order__person",
        exports=("title", "options", "sku", "quantity", "unit_minor", "total_minor",
                 "refunded_quantity", "refunded_minor", "lowered_minor"),
        on_erase="keep",
        keeps="as long as the books: it names goods, nobody",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("unit_minor") * F("quantity") - F("discount_minor")),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__lte=F("quantity")), name="order_line_returned"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("total_minor")), name="order_line_refunded"
            ),
            models.CheckConstraint(
                condition=Q(lowered_minor__lte=F("refunded_minor")), name="order_line_lowered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def unit(self) -> Money:
        return self.order.money(self.unit_minor)

    @property
    def total(self) -> Money:
        return self.order.money(self.total_minor)

    @property
    def off(self) -> Money:
        return self.order.money(self.discount_minor)

    @property
    def refunded(self) -> Money:
        return self.order.money(self.refunded_minor)

    @property
    def lowered(self) -> Money:
        return self.order.money(self.lowered_minor)

    @property
    def returned(self) -> Money:
        """What went back for pieces that were given back."""
        return self.order.money(self.refunded_minor - self.lowered_minor)

    @property
    def net_minor(self) -> int:
        """What its pieces cost in the end: the total without what the price fell by."""
        return self.total_minor - self.lowered_minor

    @property
    def net_tax_minor(self) -> int:
        return rules.tax_left(self.tax_minor, self.total_minor, self.net_minor)

    @property
    def thumb(self) -> str:
        """The address of a small photo; "" where there is none."""
        return self.picture.sized(320) if self.picture else ""

    @property
    def hue(self) -> int:
        """0 to 23: the tint of the leaf where there is no photo."""
        return crc32(self.slug.encode()) % 24

    @property
    def initial(self) -> str:
        return self.title[:1].upper()

    @property
    def here_lang(self) -> str:
        return self.lang

    @property
    def options_lang(self) -> str:
        """Options are written once, titles in two languages: theirs may be another."""
        return lang_of(self.options, self.lang)

    @property
    def left(self) -> int:
        """Pieces not given back."""
        return self.quantity - self.refunded_quantity


class OrderNote(models.Model):
    """Who did what to an order, and when."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_buyer = models.BooleanField(default=False)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)

    privacy = Privacy(
        person="by",
        exports=("at", "kind", "text"),
        on_erase="keep",
        keeps="as long as the order; the name goes with the tombstone",
    )

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="order_notes_in_time")]

    def __str__(self) -> str:
        return self.kind

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else self.order.money(self.amount_minor)


class Shipment(Thing):
    """A parcel that left, with the carrier's number where there is one."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    shipped_at = models.DateTimeField()
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    privacy = Privacy(
        person="order__person",
        exports=("carrier", "tracking", "shipped_at"),
        on_erase="blank",
        blanks=("tracking",),
        keeps="as long as the order; the tracking number goes",
    )

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking}".strip()
