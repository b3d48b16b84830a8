"""The shop as Shopify's product CSV: what was brought in goes out again with the same values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest

from banyan.communities.models import Community
from banyan.core.money import Money

from .. import rules
from ..models import Product, ProductPhoto, Variant
from . import columns as c
from .plan import address_of

_STATUS = {rules.PUBLISHED: "active", rules.DRAFT: "draft", rules.ARCHIVED: "archived"}
_CHUNK = 200


def shopify_csv(community: Community) -> Iterator[str]:
    """The file in pieces: the header, then some rows at a time."""
    products = Product.objects.of(community).with_currency()
    columns = [*c.UNDERSTOOD, *_extra_columns(community)]
    yield _lines(columns, [dict(zip(columns, columns, strict=True))])
    last = 0
    while chunk := list(products.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
        last = chunk[-1].pk
        variants: dict[int, list[Variant]] = {p.pk: [] for p in chunk}
        photos: dict[int, list[ProductPhoto]] = {p.pk: [] for p in chunk}
        for v in Variant.objects.filter(product__in=chunk).for_sale().order_by("position", "pk"):
            variants[v.product_id].append(v)
        for photo in (
            ProductPhoto.objects.filter(product__in=chunk)
            .select_related("picture")
            .order_by("position", "pk")
        ):
            photos[photo.product_id].append(photo)
        yield _lines(columns, [r for p in chunk for r in _rows(p, variants[p.pk], photos[p.pk])])


def _extra_columns(community: Community) -> list[str]:
    names: dict[str, None] = {}
    for model in (Product, Variant):
        for extra in model.objects.of(community).exclude(extra={}).values_list("extra", flat=True):
            names |= dict.fromkeys(extra)
    return list(names)


def _lines(columns: list[str], rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writerows(rows)
    return out.getvalue()


def _rows(
    product: Product, variants: list[Variant], photos: list[ProductPhoto]
) -> Iterator[dict[str, str]]:
    for n, (variant, photo) in enumerate(zip_longest(variants, photos)):
        row = {c.HANDLE: product.handle}
        if n == 0:
            row |= _of_product(product)
        if variant is not None:
            row |= _of_variant(product, variant)
        if photo is not None:
            row |= {
                c.IMAGE: address_of(photo), c.IMAGE_POSITION: str(n + 1), c.IMAGE_ALT: photo.alt,
            }  # fmt: skip
        yield row


def _of_product(product: Product) -> dict[str, str]:
    names = product.options or ["Title"]
    return product.extra | {
        c.TITLE: product.title, c.BODY: product.description, c.VENDOR: product.vendor,
        c.TYPE: product.category, c.TAGS: ", ".join(product.tags),
        c.PUBLISHED: "true" if product.is_published else "false",
        c.STATUS: _STATUS[product.state],
        **dict(zip(c.OPTION_NAMES, names, strict=False)),
    }  # fmt: skip


def _of_variant(product: Product, variant: Variant) -> dict[str, str]:
    def text(minor: int | None) -> str:
        return "" if minor is None else Money(minor, product.currency).as_text()

    values = variant.values if product.options else ["Default Title", "", ""]
    return variant.extra | {
        **dict(zip(c.OPTION_VALUES, values, strict=True)),
        c.SKU: variant.sku, c.GRAMS: str(variant.weight_grams),
        c.TRACKER: "shopify" if variant.is_tracked else "",
        c.QTY: str(variant.on_hand), c.POLICY: "deny" if variant.is_tracked else "continue",
        c.PRICE: text(variant.price_minor), c.COMPARE: text(variant.compare_minor),
        c.SHIPPING: "true" if product.needs_shipping else "false",
    }  # fmt: skip
