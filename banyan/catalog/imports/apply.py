"""Bring a file in, whole or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.events import announce
from banyan.core.refusals import Refusal
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules, tasks
from ..actions.products import publish, touch
from ..events import ProductsImported
from ..models import Product, ProductPhoto, StockChange, Variant
from .given import Given, GivenProduct, GivenVariant
from .plan import CHANGED, NEW, Step, plan, wanted_of

_BATCH = 500


class ShopMoved(Refusal):
    status = 409
    sentence = _("The shop changed at this very moment, so nothing was brought in. Apply it again.")


class FileHasProblems(Refusal):
    sentence = _("The file has mistakes, so nothing was brought in. Mend them and upload it again.")


def apply(
    given: Given, *, community: Community, by: Person | None, now: datetime, publishing: bool
) -> dict[str, int]:
    """Write everything the file says in one transaction. Gives counts of new, changed, unchanged.

    FileHasProblems when it has any: then nothing is written. The same file again changes nothing.
    """
    if given.problems:
        raise FileHasProblems
    with transaction.atomic():
        steps = plan(
            given.products, community=community, publishing=publishing,
            extra_of_product=given.extra_of_product, extra_of_variant=given.extra_of_variant,
        )  # fmt: skip
        counts = _write(steps, community=community, by=by, now=now)
        if counts["new"] or counts["changed"]:
            announce(
                ProductsImported(
                    community_id=community.pk, object_id=community.pk, now=now,
                    actor=by.pseudonym if by else None, **{k: counts[k] for k in _SAID},
                )
            )  # fmt: skip
            tasks.index_words.later(community_id=community.pk, key=tasks.words_key(community.pk))
        if counts["photos"]:
            tasks.fetch_photos.later(community_id=community.pk, key=tasks.photos_key(community.pk))
    return counts


_SAID = ("new", "changed", "unchanged")


def _write(
    steps: list[Step], *, community: Community, by: Person | None, now: datetime
) -> dict[str, int]:
    fresh = [step for step in steps if step.verdict == NEW]
    _insert(fresh, community=community, now=now)
    changed = [step for step in steps if step.verdict == CHANGED]
    for step in changed:
        _update(step, by=by, now=now)
    published = 0
    for step in steps:
        if step.publishes and step.product is not None:
            publish(product=step.product, by=by, now=now)
            published += 1
    return {
        "new": len(fresh), "changed": len(changed),
        "unchanged": len(steps) - len(fresh) - len(changed), "published": published,
        "photos": sum(len(step.photos_new) for step in steps),
    }  # fmt: skip


def _insert(steps: list[Step], *, community: Community, now: datetime) -> None:
    taken = set(Product.objects.of(community).values_list("slug", flat=True))
    for step in steps:
        step.product = _product(step.given, community=community, taken=taken, now=now)
        taken.add(step.product.slug)
    try:
        with transaction.atomic():
            Product.objects.bulk_create([s.product for s in steps if s.product], batch_size=_BATCH)
    except IntegrityError as twice:  # somebody took a handle or an address since we looked
        raise ShopMoved from twice
    Variant.objects.bulk_create(
        [
            _variant(given, step.product, position)
            for step in steps if step.product
            for position, given in enumerate(step.variants_new, start=1)
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    ProductPhoto.objects.bulk_create(
        [
            _photo(given, step.product)
            for step in steps
            if step.product
            for given in step.photos_new
        ],
        batch_size=_BATCH,
    )


def _product(
    given: GivenProduct, *, community: Community, taken: set[str], now: datetime
) -> Product:
    product = Product(
        community=community, handle=given.handle, options=given.options, extra=given.extra,
        lang=lang_of(given.title, community.lang), created_at=now, updated_at=now,
        state=rules.ARCHIVED if given.is_archived else rules.DRAFT,
        price_from_minor=min(variant.price_minor for variant in given.variants),
        **_columns(given.fields),
    )  # fmt: skip
    base = rules.slug_of(given.handle) or rules.slug_of(given.title) or f"item-{product.oid[-8:]}"
    product.slug = rules.free_slug(base, taken)
    return product


def _columns(fields: dict[str, object]) -> dict[str, Any]:
    columns: dict[str, Any] = dict(fields)
    if "tags" in columns:
        columns["tag_text"] = rules.tag_text(columns["tags"])
    if "description" in columns:
        columns["description_source"] = ""
    return columns


def _variant(given: GivenVariant, product: Product, position: int) -> Variant:
    return Variant(
        community_id=product.community_id, product=product, position=position, extra=given.extra,
        **{"is_tracked": False, **wanted_of(given)},
    )  # fmt: skip


def _photo(given: Any, product: Product) -> ProductPhoto:
    return ProductPhoto(
        community_id=product.community_id, product=product, position=given.position,
        alt=given.alt, source_url=given.src, state=rules.WAITING,
    )  # fmt: skip


def _update(step: Step, *, by: Person | None, now: datetime) -> None:
    product = step.product
    assert product is not None
    Variant.objects.filter(pk__in=[v.pk for v in step.variants_retired]).update(retired_at=now)
    for variant, different, _given in step.variants_changed:
        if {"option1", "option2", "option3"} & set(different):  # out of each other's way first
            Variant.objects.filter(pk=variant.pk).update(option1=f"~{variant.pk}")
    for variant, different, _given in step.variants_changed:
        _update_variant(variant, dict(different), by=by, now=now)
    order = {given.values: n for n, given in enumerate(step.given.variants, start=1)}
    Variant.objects.bulk_create(
        [_variant(given, product, order[given.values]) for given in step.variants_new]
    )
    ProductPhoto.objects.bulk_create([_photo(given, product) for given in step.photos_new])
    for photo, different in step.photos_changed:
        ProductPhoto.objects.filter(pk=photo.pk).update(**different)
    touch(product, now=now, **_columns(step.fields))


def _update_variant(
    variant: Variant, different: dict[str, Any], *, by: Person | None, now: datetime
) -> None:
    rows = Variant.objects.filter(pk=variant.pk)
    if {"option1", "option2", "option3"} & set(different):
        different |= {
            name: different.get(name, getattr(variant, name))
            for name in ("option1", "option2", "option3")
        }
    on_hand = different.pop("on_hand", None)
    if on_hand is not None:
        # Guarded: a sale since the plan was made must not be undone by it.
        same = rows.filter(on_hand=variant.on_hand, reserved=variant.reserved)
        if not same.update(on_hand=on_hand):
            raise ShopMoved
        StockChange.objects.create(
            community_id=variant.community_id, variant=variant, by=by,
            step=on_hand - variant.on_hand, on_hand=on_hand, why=rules.IMPORTED, at=now,
        )  # fmt: skip
    if different:
        rows.update(**different)
