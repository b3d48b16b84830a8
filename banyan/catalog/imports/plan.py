"""What a file would change: compared with the shop, product by product. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from banyan.communities.models import Community

from .. import rules
from ..models import Product, ProductPhoto, Variant
from .given import GivenPhoto, GivenProduct, GivenVariant

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
_CHUNK = 400


@dataclass
class Step:
    """What happens to one product. `changes` names what differs, for the reader."""

    given: GivenProduct
    product: Product | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    variants_new: list[GivenVariant] = field(default_factory=list)
    variants_changed: list[tuple[Variant, dict[str, Any], GivenVariant]] = field(
        default_factory=list
    )
    variants_retired: list[Variant] = field(default_factory=list)
    photos_new: list[GivenPhoto] = field(default_factory=list)
    photos_changed: list[tuple[ProductPhoto, dict[str, Any]]] = field(default_factory=list)
    publishes: bool = False
    is_new: bool = False

    @property
    def verdict(self) -> str:
        if self.is_new:
            return NEW
        return CHANGED if self.changes else UNCHANGED

    @property
    def changes(self) -> list[str]:
        found = sorted(self.fields)
        stock = any("on_hand" in f or "is_tracked" in f for _, f, _ in self.variants_changed)
        other = any(set(f) - {"on_hand", "is_tracked"} for _, f, _ in self.variants_changed)
        if self.variants_new or self.variants_retired or other:
            found.append("variants")
        if stock:
            found.append("stock")
        if self.photos_new or self.photos_changed:
            found.append("photos")
        if self.publishes:
            found.append("state")
        return found


def plan(
    products: Sequence[GivenProduct], *, community: Community, publishing: bool,
    extra_of_product: Iterable[str] = (), extra_of_variant: Iterable[str] = (),
) -> list[Step]:  # fmt: skip
    """One step for each product of the file, in its order. Three queries for 400 products."""
    steps = []
    for start in range(0, len(products), _CHUNK):
        chunk = products[start : start + _CHUNK]
        have = {
            product.handle: product
            for product in Product.objects.of(community).filter(
                handle__in=[given.handle for given in chunk]
            )
        }
        ids = [product.pk for product in have.values()]
        variants: dict[int, list[Variant]] = defaultdict(list)
        for variant in (
            Variant.objects.filter(product__in=ids).for_sale().order_by("position", "pk")
        ):
            variants[variant.product_id].append(variant)
        photos: dict[int, list[ProductPhoto]] = defaultdict(list)
        for photo in (
            ProductPhoto.objects.filter(product__in=ids)
            .select_related("picture")
            .order_by("position", "pk")
        ):
            photos[photo.product_id].append(photo)
        for given in chunk:
            product = have.get(given.handle)
            step = Step(given, product, is_new=product is None)
            if product is None:
                step.variants_new, step.photos_new = given.variants, given.photos
                step.publishes = publishing and given.wants_published
            else:
                _fields(step, product, tuple(extra_of_product))
                _variants(step, product, variants[product.pk], tuple(extra_of_variant))
                _photos(step, photos[product.pk])
                step.publishes = (
                    publishing and given.wants_published and product.state == rules.DRAFT
                )
            steps.append(step)
    return steps


def _fields(step: Step, product: Product, ours: tuple[str, ...]) -> None:
    wanted = dict(step.given.fields)
    wanted["options"] = step.given.options
    wanted["extra"] = _kept(product.extra, step.given.extra, ours)
    step.fields = {name: value for name, value in wanted.items() if getattr(product, name) != value}


def _kept(before: dict[str, str], told: dict[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    """Kept columns: those of this file as it tells them, others as they were."""
    return {n: v for n, v in before.items() if n not in columns} | told


def _variants(step: Step, product: Product, have: list[Variant], ours: tuple[str, ...]) -> None:
    """Pair the file's variants with the shop's: by SKU, or else by option values."""
    by_sku = {v.sku: v for v in reversed(have) if v.sku}
    by_values = {tuple(v.values): v for v in have}
    free = {v.pk for v in have}
    pairs: dict[int, Variant] = {}
    for look in ("sku", "values"):
        for i, given in enumerate(step.given.variants):
            found = by_sku.get(given.sku or "") if look == "sku" else by_values.get(given.values)
            if i not in pairs and found is not None and found.pk in free:
                pairs[i] = found
                free.discard(found.pk)
    for i, given in enumerate(step.given.variants):
        variant = pairs.get(i)
        if variant is None:
            step.variants_new.append(given)
            continue
        wanted = wanted_of(given, reserved=variant.reserved)
        wanted["extra"] = _kept(variant.extra, given.extra, ours)
        different = {k: v for k, v in wanted.items() if getattr(variant, k) != v}
        if different:
            step.variants_changed.append((variant, different, given))
    if "options" in step.fields:  # their values no longer mean anything
        step.variants_retired = [v for v in have if v.pk in free]


def wanted_of(given: GivenVariant, *, reserved: int = 0) -> dict[str, Any]:
    """The columns a variant of the file asks for. What buyers are paying for stays on hand."""
    one, two, three = given.values
    wanted: dict[str, Any] = {
        "option1": one, "option2": two, "option3": three, "price_minor": given.price_minor,
    }  # fmt: skip
    if given.sku is not None:
        wanted["sku"] = given.sku
    if given.has_compare:
        wanted["compare_minor"] = given.compare_minor
    if given.weight_grams is not None:
        wanted["weight_grams"] = given.weight_grams
    if given.is_tracked is not None:
        wanted["is_tracked"] = given.is_tracked
    if given.on_hand is not None:
        wanted["on_hand"] = max(given.on_hand, reserved)
    return wanted


def address_of(photo: ProductPhoto) -> str:
    """Where a photo can be had: whence it came, or our own address."""
    if photo.source_url or photo.picture is None:
        return photo.source_url
    return urljoin(settings.SITE_URL + "/", photo.picture.url)


def _photos(step: Step, have: list[ProductPhoto]) -> None:
    by_address = {address_of(photo): photo for photo in have}
    for given in step.given.photos:
        photo = by_address.get(given.src)
        if photo is None:
            step.photos_new.append(given)
            continue
        wanted = {"position": given.position, "alt": given.alt}
        different = {k: v for k, v in wanted.items() if getattr(photo, k) != v}
        if different:
            step.photos_changed.append((photo, different))
