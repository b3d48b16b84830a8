"""Reads across tables, each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from banyan.catalog.models import Product, Variant
from banyan.catalog.prices import Price, price_of
from banyan.communities.models import Community, Member
from banyan.core.db.prepared import Prepared
from banyan.core.money import Money
from banyan.people.models import Person
from banyan.sellers.models import Book

from . import deals, reductions, rules
from .models import Basket, BasketLine, Order, ShippingRate


@dataclass(slots=True)
class Row:
    """One line of a basket as it stands now."""

    variant: Variant
    quantity: int
    price: Price

    @property
    def product(self) -> Any:
        return self.variant.product

    @property
    def total(self) -> Money:
        return self.price.amount * self.quantity

    @property
    def most(self) -> int:
        left = self.variant.left
        return rules.MOST_OF_ONE if left is None else min(max(left, 0), rules.MOST_OF_ONE)

    @property
    def is_for_sale(self) -> bool:
        return self.variant.retired_at is None and self.product.is_published

    @property
    def is_short(self) -> bool:
        """More are in the basket than can be had."""
        return not self.is_for_sale or self.quantity > self.most

    @property
    def picture(self) -> Any:
        return self.variant.picture or self.product.cover

    @property
    def thumb(self) -> str:
        """The address of a small photo; "" where there is none."""
        return self.picture.sized(320) if self.picture else ""

    @property
    def choices(self) -> list[int]:
        """Numbers to choose from: up to ten, with the present one."""
        return sorted({*range(1, min(self.most, 10) + 1), self.quantity})

    def item(self) -> rules.Item:
        return rules.Item(
            variant_id=self.variant.pk,
            quantity=self.quantity,
            unit_minor=self.price.amount.minor,
            needs_post=self.product.needs_shipping,
            grams=self.variant.weight_grams,
        )


@dataclass(slots=True)
class Offer:
    """A shipping rate and what it costs for one basket."""

    rate: ShippingRate
    price: Money

    @property
    def pk(self) -> int:
        return int(self.rate.pk)


@dataclass(slots=True)
class Counted:
    """A basket with its lines, prices and ways of sending, read afresh."""

    basket: Basket
    book: Book
    rows: list[Row]
    rates: list[ShippingRate] = field(default_factory=list)
    is_over: bool = False  # the deal it was made for is
    person: Person | None = None
    member: Member | None = None
    lowered: reductions.Lowered = reductions.NOTHING

    def lower(self, *, code: str = "", email: str = "", now: datetime) -> None:
        """Work out what is taken off; `code` and `email` are what the buyer wrote."""
        self.lowered = reductions.work_out(self, code=code, email=email, now=now)

    @property
    def community(self) -> Community:
        return self.basket.community

    @property
    def items(self) -> list[rules.Item]:
        return [row.item() for row in self.rows]

    @property
    def seen(self) -> str:
        return rules.seen(self.items)

    @property
    def pieces(self) -> int:
        return sum(row.quantity for row in self.rows)

    @property
    def needs_post(self) -> bool:
        return any(row.product.needs_shipping for row in self.rows)

    @property
    def is_short(self) -> bool:
        return self.is_over or any(row.is_short for row in self.rows)

    @property
    def tax_bp(self) -> int:
        return tax_bp_of(self.community)

    @property
    def goods(self) -> Money:
        return Money(rules.items_minor(self.items), self.book.currency)

    def offers(self, country: str) -> list[Offer]:
        """What post costs to `country`, cheapest first."""
        items = self.items
        fitting = [
            Offer(
                rate,
                Money(
                    rules.post_minor(
                        items, price_minor=rate.price_minor, free_over_minor=rate.free_over_minor
                    ),
                    self.book.currency,
                ),
            )
            for rate in self.rates
            if rules.fits(items, country=country, regions=rate.regions, most_grams=rate.most_grams)
        ]
        return sorted(fitting, key=lambda offer: (offer.price.minor, offer.pk))

    def totals(self, post: Money | None) -> rules.Totals:
        return rules.totals(
            self.items,
            post=post.minor if post else 0,
            tax_bp=self.tax_bp,
            off=self.lowered.minor,
        )

    @property
    def taken_off(self) -> list[tuple[reductions.Reduction, Money]]:
        return [(one, Money(-one.minor, self.book.currency)) for one in self.lowered.taken]

    @property
    def countries(self) -> list[str] | None:
        """Where parcels may go; None is everywhere."""
        if any(not rate.regions for rate in self.rates):
            return None
        return sorted({code for rate in self.rates for code in rate.regions})


def tax_bp_of(community: Community) -> int:
    """The tax contained in the prices of this shop, in hundredths of a percent."""
    value = community.switches.get("orders.tax_bp", 0)
    return value if isinstance(value, int) and 0 <= value <= 5000 else 0


def completes_after_days(community: Community) -> int:
    """After how many days on the way an order counts as received."""
    value = community.switches.get("orders.completes_after_days", rules.COMPLETES_AFTER_DAYS)
    return value if isinstance(value, int) and 1 <= value <= 90 else rules.COMPLETES_AFTER_DAYS


def _owned(person: Person | None, visitor: str) -> Q:
    if person is not None:
        return Q(basket__person=person)
    return Q(basket__person=None, basket__visitor=visitor or "-")


def _lines(where: Q) -> Any:
    """Lines with all that prices and the page need, and what is needed of the shop's book."""
    book = Book.objects.filter(community_id=OuterRef("basket__community_id"))
    return (
        BasketLine.objects.filter(where, basket__ordered_at=None, basket__community__closed_at=None)
        .annotate(
            book_pk=Subquery(book.values("pk")[:1]),
            book_currency=Subquery(book.values("currency")[:1]),
            book_first=Subquery(book.values("first_order_at")[:1]),
        )
        .select_related("basket__community", "variant__product__cover", "variant__picture")
        .order_by("-basket__changed_at", "basket_id", "put_at", "pk")
    )


def counted(
    lines: list[BasketLine],
    *,
    person: Person | None,
    with_rates: bool = True,
    now: datetime | None = None,
) -> list[Counted]:
    """Every basket of `lines`, newest first: books, rates (and memberships of a person)."""
    if not lines:
        return []
    here = {line.basket.community_id for line in lines}
    books: dict[int, Book] = {}
    for line in lines:
        place = line.basket.community
        books[place.pk] = Book(
            pk=line.book_pk,
            community=place,
            currency=line.book_currency,
            first_order_at=line.book_first,
        )
    members: dict[int, Member] = {}
    if person is not None:
        members = {
            m.community_id: m for m in Member.objects.filter(person=person, community_id__in=here)
        }
    rates: dict[int, list[ShippingRate]] = {pk: [] for pk in here}
    if with_rates:
        for rate in ShippingRate.objects.filter(community_id__in=here).order_by("price_minor"):
            rates[rate.community_id].append(rate)
    found: dict[int, Counted] = {}
    for line in lines:
        place = line.basket.community_id
        book = books[place]
        line.variant.product.book_currency = book.currency
        basket = found.setdefault(
            line.basket_id,
            Counted(line.basket, book, [], rates[place], person=person, member=members.get(place)),
        )
        price = None
        if line.basket.deal_kind:
            price = deals.price(line.basket.deal_kind, line.basket.deal_id, line.variant)
            basket.is_over = basket.is_over or price is None
        if price is None:
            price = price_of(line.variant, member=members.get(place))
        basket.rows.append(Row(line.variant, line.quantity, price))
    for basket in found.values():
        basket.lower(now=now or timezone.now())
    return list(found.values())


def baskets_of(*, person: Person | None, visitor: str) -> list[Counted]:
    if person is None and not visitor:
        return []
    mine = _lines(_owned(person, visitor) & Q(basket__deal_kind=""))
    return counted(list(mine), person=person)


_lines_of_person = Prepared(
    lambda basket, person: _lines(Q(basket__public_id=basket, basket__person_id=person)),
    UUID(int=0), 0,
)  # fmt: skip
_lines_of_visitor = Prepared(
    lambda basket, visitor: _lines(
        Q(basket__public_id=basket, basket__person=None, basket__visitor=visitor)
    ),
    UUID(int=0), "",
)  # fmt: skip


def basket_at(
    *, id: UUID, person: Person | None, visitor: str, now: datetime | None = None
) -> Counted | None:
    """One basket for its owner; None when it is empty, ordered or somebody else's."""
    if person is not None:
        lines = _lines_of_person(id, person.pk)
    else:
        lines = _lines_of_visitor(id, visitor or "-")
    found = counted(lines, person=person, now=now)
    return found[0] if found else None


def pieces_of(*, person: Person | None, visitor: str) -> int:
    """How many pieces lie in all baskets of an owner."""
    if person is None and not visitor:
        return 0
    open_ones = BasketLine.objects.filter(
        _owned(person, visitor), basket__ordered_at=None, basket__deal_kind=""
    )
    quantities: Iterable[int] = open_ones.values_list("quantity", flat=True)
    return sum(quantities)


def ordered_from(*, basket_id: UUID, person: Person | None, visitor: str) -> Order | None:
    """The order a basket has become, for its owner."""
    mine = Order.objects.filter(basket_id=basket_id).select_related("community")
    if person is not None:
        mine = mine.filter(person=person)
    else:
        mine = mine.filter(person=None, visitor=visitor or "-")
    found: Order | None = mine.first()
    return found


def of_person(person: Person) -> QuerySet[Order]:
    """Theirs, and what was ordered as a guest with an address they have confirmed since."""
    theirs = EmailAddress.objects.filter(user=person, verified=True).values("email")
    return Order.objects.filter(Q(person=person) | Q(person=None, email__in=theirs))


def last_address(person: Person) -> Order | None:
    """The newest order that says where this person lives."""
    found: Order | None = (
        Order.objects.filter(person=person).exclude(line1="").order_by("-id").first()
    )
    return found


def orders_in_studio(community: Community, *, filter: str, words: str, now: datetime) -> Any:
    """The community's orders for one of the list's filters, newest first (to pack: oldest)."""
    rows = Order.objects.of(community)
    if words:
        rows = rows.filter(
            Q(number__iexact=words) | Q(number__iendswith=words) | Q(email__iexact=words.lower())
        )
    elif filter == "pack":
        return rows.to_pack().order_by("paid_at", "pk")
    elif filter == "packed":
        rows = rows.filter(state=rules.FULFILLING, shipped_at=None)
    elif filter == "shipped":
        rows = rows.shipped()
    elif filter == "late":
        return rows.late(now=now).order_by("paid_at", "pk")
    elif filter == "unpaid":
        rows = rows.filter(state__in=[rules.PLACED, rules.EXPIRED])
    return rows.order_by("-id")


def to_pack_count(community: Community) -> int:
    return int(Order.objects.of(community).to_pack().count())


def unfinished_refunds(community: Community) -> Sequence[Any]:
    from .models import Refund

    return list(
        Refund.objects.filter(order__community=community, state=rules.FAILED)
        .select_related("order")
        .order_by("pk")[:50]
    )


def lacks_a_rate(community: Community) -> bool:
    """Goods that need post stand in the shop, and there is no way of sending them."""
    return (
        Product.objects.of(community).filter(state="published", needs_shipping=True).exists()
        and not ShippingRate.objects.of(community).exists()
    )


def sent_in_time(community_id: int, start: datetime, end: datetime) -> int:
    """Parcels sent in that time, no later than three days after they were paid."""
    sent = Order.objects.of(community_id).filter(shipped_at__gte=start, shipped_at__lt=end)
    in_time = sent.filter(shipped_at__lte=F("paid_at") + timedelta(days=rules.LATE_AFTER_DAYS))
    return int(in_time.exclude(state=rules.CANCELLED).count())
