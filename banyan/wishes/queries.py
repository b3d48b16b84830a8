"""Reads across tables, each a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, Subquery

from banyan.catalog import queries as catalog
from banyan.catalog import rules as catalog_rules
from banyan.catalog.models import Product, Variant
from banyan.catalog.prices import are_plain, price_of
from banyan.catalog.queries import Offer
from banyan.communities import rules as communities
from banyan.communities.models import Community, Member
from banyan.core.db.prepared import Prepared
from banyan.core.money import Money
from banyan.people.models import Person
from banyan.sellers.queries import currency_of

from . import rules
from .models import Wait, Wish

SHOWN_IN_STUDIO = 8


def price_today(product: Product, *, member: Any = None) -> int | None:
    """From what on it costs this member now; None for what is not in the shop."""
    if not product.is_published:
        return None
    offers = catalog.offers_of(product, member=member)
    return catalog.sum_up(offers).price.amount.minor if offers else None


@dataclass(frozen=True, slots=True)
class Mine:
    """What one person said of one product: its price when wished, the watched one, their waits."""

    price_minor: int | None = None
    mark_minor: int | None = None
    waits: frozenset[int] = frozenset()

    @property
    def is_wished(self) -> bool:
        return self.price_minor is not None


def _wish_of(person: Any, column: str) -> Any:
    wishes = Wish.objects.filter(person=person, product=OuterRef("product"), state=rules.KEPT)
    return Subquery(wishes.values(column)[:1])


_mine = Prepared(
    lambda product, person: Variant.objects.filter(product=product)
    .for_sale()
    .annotate(
        wished_minor=_wish_of(person, "price_minor"),
        mark_minor=_wish_of(person, "mark_minor"),
        wait=Subquery(
            Wait.objects.filter(person=person, variant=OuterRef("pk"), state=rules.WAITING).values(
                "pk"
            )[:1]
        ),
    )
    .values_list("pk", "wished_minor", "mark_minor", "wait"),
    0, 0,
)  # fmt: skip


def mine(product: Product, person: Any) -> Mine:
    """One query; none for strangers."""
    if not person.is_authenticated:
        return Mine()
    rows = _mine(product.pk, person.pk)
    if not rows:
        return Mine()
    waits = frozenset(pk for pk, _price, _mark, wait in rows if wait is not None)
    return Mine(rows[0][1], rows[0][2], waits)


@dataclass(slots=True)
class Row:
    """One wish as its owner reads it."""

    wish: Wish
    offer: Offer | None
    open_variants: list[Variant] = field(default_factory=list)
    gone: list[Variant] = field(default_factory=list)
    waits: frozenset[int] = frozenset()

    @property
    def product(self) -> Product:
        product: Product = self.wish.product
        return product

    @property
    def is_for_sale(self) -> bool:
        return self.offer is not None

    @property
    def then(self) -> Money:
        return Money(self.wish.price_minor, self.product.currency)

    @property
    def mark(self) -> Money | None:
        minor = self.wish.mark_minor
        return None if minor is None else Money(minor, self.product.currency)

    @property
    def difference_minor(self) -> int:
        """Today against when it was wished for; below 0 it costs less."""
        return self.offer.price.amount.minor - self.wish.price_minor if self.offer else 0

    @property
    def difference(self) -> Money:
        return Money(abs(self.difference_minor), self.product.currency)

    @property
    def single(self) -> Variant | None:
        """What goes straight into the basket, where there is nothing to choose."""
        if len(self.open_variants) == 1 and not self.gone:
            return self.open_variants[0]
        return None

    @property
    def single_gone(self) -> Variant | None:
        return self.gone[0] if len(self.gone) == 1 and not self.open_variants else None

    @property
    def is_waited_for(self) -> bool:
        return any(variant.pk in self.waits for variant in self.gone)


def wishes_of(community: Any, person: Person, number: Any) -> Page[Any]:
    """One page of a person's list, the latest wish first."""
    rows = (
        Wish.objects.filter(community=community, person=person, state=rules.KEPT)
        .select_related("product__cover")
        .order_by("-wished_at", "-pk")
    )
    return Paginator(rows, rules.PER_PAGE).get_page(number)


def rows(wishes: Sequence[Wish], *, community: Any, person: Person, member: Any) -> list[Row]:
    """The wishes with today's price, what is in stock and what they wait for. Three queries."""
    currency = currency_of(community.pk)
    for wish in wishes:
        wish.product.community, wish.product.book_currency = community, currency
    for_sale = [wish.product for wish in wishes if wish.product.is_published]
    variants = catalog.variants_of(for_sale)
    waits = frozenset(
        Wait.objects.filter(
            person=person, state=rules.WAITING,
            variant__product__in=[wish.product_id for wish in wishes],
        ).values_list("variant", flat=True)
    )  # fmt: skip
    found = []
    for wish in wishes:
        its = variants.get(wish.product_id, [])
        offers = [Offer(price_of(one, member=member), one.left, one) for one in its]
        found.append(
            Row(
                wish, catalog.sum_up(offers) if offers else None,
                [one for one in its if one.is_in_stock],
                [one for one in its if not one.is_in_stock], waits,
            )
        )  # fmt: skip
    return found


def row_of(product: Product, *, person: Person, member: Any) -> Row | None:
    wish = (
        Wish.objects.filter(product=product, person=person, state=rules.KEPT)
        .select_related("product__cover")
        .first()
    )
    if wish is None:
        return None
    return rows([wish], community=product.community, person=person, member=member)[0]


def waits_beside(community: Any, person: Person) -> list[Wait]:
    """What they wait for without having it on their list."""
    wished = Wish.objects.filter(person=person, state=rules.KEPT).values("product")
    waits = Wait.objects.filter(community=community, person=person, state=rules.WAITING)
    return list(
        waits.exclude(variant__product__in=wished)
        .filter(variant__product__state=catalog_rules.PUBLISHED)
        .select_related("variant__product__cover")
        .order_by("-asked_at", "-pk")[: rules.MOST_WISHES]
    )


def offers_of_wishes(wishes: Sequence[Wish]) -> dict[int, Offer]:
    """For each wish, read with its product and `book_currency`, what it costs its owner now."""
    products = {wish.product_id: wish.product for wish in wishes}
    for wish in wishes:
        products[wish.product_id].book_currency = wish.book_currency
    variants = catalog.variants_of(products.values())
    members = {} if are_plain() else _members(wishes)
    found = {}
    for wish in wishes:
        member = members.get((wish.community_id, wish.person_id))
        offers = [
            Offer(price_of(one, member=member), one.left, one) for one in variants[wish.product_id]
        ]
        if offers:
            found[wish.pk] = catalog.sum_up(offers)
    return found


def _members(wishes: Iterable[Wish]) -> dict[tuple[int, int], Member]:
    rows = Member.objects.filter(
        community__in={wish.community_id for wish in wishes},
        person__in={wish.person_id for wish in wishes},
    ).select_related("community", "person")
    return {(row.community_id, row.person_id): row for row in rows if row.is_in}


@dataclass(slots=True)
class Figures:
    """How many people wish for a product, wait for it, or wait for a lower price."""

    wishes: int = 0
    waits: int = 0
    watches: int = 0

    @property
    def shown(self) -> dict[str, int | None]:
        return {
            "wishes": rules.count_shown(self.wishes), "waits": rules.count_shown(self.waits),
            "watches": rules.count_shown(self.watches),
        }  # fmt: skip


def figures_of(products: Iterable[int]) -> dict[int, Figures]:
    """Two queries. A person who waits for two variants is one person."""
    return _figures(Q(product__in=list(products)), Q(variant__product__in=list(products)))


def _figures(which_wishes: Q, which_waits: Q) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(Figures)
    wished = (
        Wish.objects.filter(which_wishes, state=rules.KEPT)
        .order_by()
        .values("product")
        .annotate(number=Count("pk"), watched=Count("mark_minor"))
    )
    for row in wished:
        found[row["product"]].wishes = row["number"]
        found[row["product"]].watches = row["watched"]
    waited = (
        Wait.objects.filter(which_waits, state=rules.WAITING)
        .order_by()
        .values("variant__product")
        .annotate(number=Count("person", distinct=True))
    )
    for row in waited:
        found[row["variant__product"]].waits = row["number"]
    return found


def most_wished(community: Community) -> list[tuple[Product, dict[str, int | None]]]:
    """What several people wish for, the longest queue first; only figures that may be named."""
    figures = _figures(Q(community=community), Q(community=community))
    shown = {pk: its.shown for pk, its in figures.items()}
    named = [pk for pk, its in shown.items() if any(its.values())]
    named.sort(
        key=lambda pk: (
            -(shown[pk]["waits"] or 0), -(shown[pk]["wishes"] or 0), -(shown[pk]["watches"] or 0),
            pk,
        )
    )  # fmt: skip
    named = named[:SHOWN_IN_STUDIO]
    products = Product.objects.of(community).select_related("cover").in_bulk(named)
    return [(products[pk], shown[pk]) for pk in named if pk in products]


def may_read(community: Community, person: Person) -> bool:
    """Whether a word about this shop would lead them to it."""
    if community.closed_at is not None:
        return False
    member = Member.objects.filter(community=community, person=person).first()
    if member is not None and member.is_in:
        return True
    banned = member is not None and member.state == communities.BANNED
    return community.visibility == communities.PUBLIC and not banned
