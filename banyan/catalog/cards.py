"""Product cards: found fresh in price and stock, drawn once per look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from banyan.communities.places import url
from banyan.core.cards import cards
from banyan.core.models import Picture
from banyan.core.money import Money

from . import queries
from .models import Product
from .queries import Offer, Shelved


class Card:
    """A product as the card template reads it."""

    def __init__(self, product: Product, offer: Offer, community: Any) -> None:
        self.pk = product.pk
        self.product = product
        self.offer = offer
        self.url = url(community, "product", slug=product.slug)

    @property
    def name(self) -> str:
        return self.product.here_title

    @property
    def lang(self) -> str:
        return self.product.here_lang

    @property
    def photo(self) -> Picture | None:
        return self.product.cover

    @property
    def price(self) -> Money:
        return self.offer.price.amount

    @property
    def was(self) -> Money | None:
        return self.offer.price.was

    @property
    def varies(self) -> bool:
        return self.offer.varies

    @property
    def sold_out(self) -> bool:
        return self.offer.is_sold_out

    @property
    def note(self) -> str:
        if self.offer.note != "few":
            return ""
        left = self.offer.left or 0
        return ngettext("%(left)d left", "%(left)d left", left) % {"left": left}

    @property
    def note_tone(self) -> str:
        return "fig"


def product_cards(
    products: Sequence[Shelved | Product],
    *,
    community: Any,
    member: Any = None,
    small: bool = False,
) -> list[SafeString]:
    """Cards of products read `shelved` or `with_currency()`; two queries, one when all are known.

    `small`: rows for a narrow column instead of cards for the grid.
    """
    offers = queries.best_offers(products, member=member)
    rows = [(p.pk, f"{p.version}-{offers[p.pk].look}") for p in products if p.pk in offers]

    def load(ids: Iterable[int]) -> list[Card]:
        found = Product.objects.filter(pk__in=list(ids)).select_related("cover")
        return [Card(product, offers[product.pk], community) for product in found]

    return cards(
        "product-row" if small else "product",
        rows,
        load=load,
        template="catalog/parts/row.html" if small else "catalog/parts/card.html",
        name="card",
    )


def cards_of_ids(
    ids: Iterable[int], *, community: Any, member: Any = None, small: bool = False
) -> list[SafeString]:
    """Cards of the published products among `ids`, in that order; for posts that tag products."""
    ids = list(ids)
    rows = Product.objects.of(community).on_shelf().filter(pk__in=ids)
    found = {row.pk: row for row in queries.shelved(rows)[: len(ids)]}
    ordered = [found[pk] for pk in ids if pk in found]
    return product_cards(ordered, community=community, member=member, small=small)
