"""Reads of the shop, each a fixed number of queries however many products there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.functional import cached_property

from banyan.core.db.prepared import Prepared
from banyan.core.text import search_words
from banyan.sellers.models import Book

from . import rules
from .models import Facet, Product, ProductQuerySet, Variant
from .prices import Price, are_plain, list_price, price_of

PER_PAGE = 24
_REMEMBER_SECONDS = 30  # counts and facets; prices and stock are always fresh

NEW, POPULAR, CHEAP, DEAR = "new", "popular", "cheap", "dear"
_ORDER = {
    NEW: ("-published_at", "-pk"),
    POPULAR: ("-sold_count", "-pk"),
    CHEAP: ("price_from_minor", "pk"),
    DEAR: ("-price_from_minor", "-pk"),
}
SORTS = tuple(_ORDER)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor asks of the shop."""

    words: str = ""
    category: str = ""
    tag: str = ""
    in_stock: bool = False
    sort: str = NEW

    @property
    def key(self) -> str:
        """Names the wish in the cache, the same in every process."""
        return blake2s(repr(self).encode(), digest_size=12).hexdigest()

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.category or self.tag or self.in_stock)


@dataclass(slots=True)
class Offer:
    """What one variant, or a product from its cheapest variant on, costs and how many are left."""

    price: Price
    left: int | None
    variant: Variant | None = None
    varies: bool = False

    @property
    def is_sold_out(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def note(self) -> str:
        return rules.stock_note(left=self.left)

    @property
    def look(self) -> str:
        """Changes whenever a card of this offer looks different."""
        was = self.price.was.minor if self.price.was else ""
        left = self.left if self.note else ""
        amount = self.price.amount
        return f"{amount.minor}{amount.currency}.{was}.{left}.{self.varies:d}"


def search(community: Any, words: str) -> ProductQuerySet:
    """Published products that have every one of the words, in either language."""
    return matching(Product.objects.of(community).on_shelf(), words)


def matching(products: Any, words: str) -> Any:
    typed = " ".join(words.split())[:100]
    if not typed:
        return products
    every = Q()
    for word in search_words(typed).split()[:12]:
        every &= Q(search__icontains=word)
    # The whole as typed: also finds what the job has not cut yet, and words cut otherwise.
    whole = Q(title__icontains=typed) | Q(second_title__icontains=typed)
    return products.filter((every | whole) if every else whole)


def wished(community: Any, wish: Wish) -> ProductQuerySet:
    """The products a wish names, in its order."""
    products = search(community, wish.words)
    if wish.category:
        products = products.filter(category=wish.category)
    if wish.tag:
        products = products.filter(tag_text__contains=f"|{wish.tag.casefold()}|")
    if wish.in_stock:
        free = Q(is_tracked=False) | Q(on_hand__gt=F("reserved"))
        variants = Variant.objects.filter(free, product=OuterRef("pk"), retired_at=None)
        products = products.filter(Exists(variants))
    return products.order_by(*_ORDER.get(wish.sort, _ORDER[NEW]))


class _Counted(Paginator):
    """Pages whose number is remembered for half a minute."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._key = key

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        known = cache.get(self._key)
        if known is None:
            known = self.object_list.count()
            cache.set(self._key, known, _REMEMBER_SECONDS)
        return int(known)


class Shelved(NamedTuple):
    """As much of a product as a list needs to find its card."""

    pk: int
    version: int
    currency: str


def _rows(products: Any) -> Any:
    return products.with_currency().values_list("pk", "version", "book_currency")


def shelved(products: Any) -> Any:
    """The queryset as `Shelved` rows."""
    return _Shelved(lambda: products)


# What most people look at: the first page of everything.
_beginnings = {
    sort: Prepared(
        lambda community, order=order: _rows(
            Product.objects.filter(community=community).on_shelf().order_by(*order)
        )[:PER_PAGE],
        0,
    )
    for sort, order in _ORDER.items()
}


class _Shelved:
    """A queryset that counts as itself and is read as `Shelved`."""

    ordered = True

    def __init__(
        self, products: Callable[[], Any], beginning: Callable[[], list[Any]] | None = None
    ) -> None:
        self._products = products
        self._beginning = beginning

    def count(self) -> int:
        return int(self._products().count())

    def __getitem__(self, part: slice) -> list[Shelved]:
        if self._beginning is not None and not part.start and part.stop <= PER_PAGE:
            rows = self._beginning()[: part.stop]
        else:
            rows = _rows(self._products())[part]
        return [Shelved(*row) for row in rows]


def shelf(community: Any, wish: Wish, number: Any) -> Page[Any]:
    """One page of the shop, as `Shelved` rows; the cards load the rest."""
    rows = _Shelved(
        lambda: wished(community, wish),
        None if wish.is_narrow else lambda: _beginnings[wish.sort](community.pk),
    )
    key = f"shop-count:{community.pk}:{wish.key}"
    return _Counted(rows, PER_PAGE, key=key).get_page(number)


def facets(community: Any) -> dict[str, list[Facet]]:
    """Categories and tags of what is on the shelf, most used first."""
    key = f"shop-facets:{community.pk}"
    found = cache.get(key)
    if found is None:
        found = {Facet.CATEGORY: [], Facet.TAG: []}
        for facet in Facet.objects.filter(community=community).order_by("-count", "word"):
            found[facet.kind].append(facet)
        cache.set(key, found, _REMEMBER_SECONDS)
    return found


_variants = Prepared(
    lambda products: (
        Variant.objects.filter(product__in=products)
        .for_sale()
        .defer("extra")
        .order_by("position", "pk")
    ),
    [0],
)
_figures = Prepared(
    lambda products: Variant.objects.filter(product__in=products, retired_at=None).values_list(
        "product_id", "price_minor", "compare_minor", "is_tracked", "on_hand", "reserved"
    ),
    [0],
)
_by_slug = Prepared(
    lambda community, slug: Product.objects.filter(community=community, slug=slug)
    .with_currency()
    .select_related("cover")[:1],
    0, "",
)  # fmt: skip


def by_slug(community: Any, slug: str) -> Product | None:
    """The product of that name, whether or not it is published."""
    found: Product | None = _by_slug.first(community.pk, slug)
    if found is not None:
        found.community = community
    return found


_with_variants = Prepared(
    lambda community, slug: Variant.objects.filter(
        product__community=community, product__slug=slug
    )
    .for_sale()
    .annotate(
        book_currency=Subquery(
            Book.objects.filter(community=OuterRef("product__community")).values("currency")[:1]
        )
    )
    .select_related("product__cover")
    .defer("extra")
    .order_by("position", "pk"),
    0, "",
)  # fmt: skip


def with_offers(
    community: Any, slug: str, *, member: Any = None
) -> tuple[Product | None, list[Offer]]:
    """The product of that name with what each variant costs this member now. One query, two when
    it has no variant for sale or does not exist."""
    variants = _with_variants(community.pk, slug)
    if not variants:
        return by_slug(community, slug), []
    product: Product = variants[0].product
    product.community, product.book_currency = community, variants[0].book_currency
    for variant in variants:
        variant.product = product
    return product, [Offer(price_of(v, member=member), v.left, v) for v in variants]


def variants_of(products: Iterable[Product]) -> dict[int, list[Variant]]:
    """The variants for sale of each product, in order, each with its product. One query."""
    by_id = {product.pk: product for product in products}
    found: dict[int, list[Variant]] = defaultdict(list)
    for variant in _variants(list(by_id)):
        variant.product = by_id[variant.product_id]
        found[variant.product_id].append(variant)
    return found


def offers_of(product: Product, *, member: Any = None) -> list[Offer]:
    """What each variant costs this member now, and how many are left. One query."""
    return [
        Offer(price_of(variant, member=member), variant.left, variant)
        for variant in variants_of([product])[product.pk]
    ]


def best_offers(rows: Sequence[Shelved | Product], *, member: Any = None) -> dict[int, Offer]:
    """For each product that has variants: from what price on, and how many are left in all."""
    found: dict[int, list[Offer]] = defaultdict(list)
    if are_plain():
        currencies = {row.pk: row.currency for row in rows}
        for pk, price, before, is_tracked, on_hand, reserved in _figures(list(currencies)):
            left = on_hand - reserved if is_tracked else None
            found[pk].append(Offer(list_price(price, before, currencies[pk]), left))
    else:
        products = []
        for row in rows:
            product = Product(pk=row.pk)
            product.book_currency = row.currency
            products.append(product)
        for pk, variants in variants_of(products).items():
            found[pk] = [Offer(price_of(v, member=member), v.left, v) for v in variants]
    return {pk: sum_up(offers) for pk, offers in found.items()}


def sum_up(offers: Sequence[Offer]) -> Offer:
    """The offer a product's card shows: the cheapest that can be had, else the cheapest."""
    open_ones = [offer for offer in offers if not offer.is_sold_out] or list(offers)
    best = min(open_ones, key=lambda offer: offer.price.amount.minor)
    uncounted = any(offer.left is None for offer in offers)
    left = None if uncounted else sum(max(offer.left or 0, 0) for offer in offers)
    varies = len({offer.price.amount.minor for offer in open_ones}) > 1
    return Offer(best.price, left, best.variant, varies)


def newest(community: Any, count: int) -> list[Shelved]:
    """The latest on the shelf, with what their cards need."""
    return [Shelved(*row) for row in _beginnings[NEW](community.pk)[:count]]
