"""Writing, showing and withdrawing products. Every change of looks raises `version`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.events import announce
from banyan.core.pictures import drop_picture
from banyan.core.refusals import Refusal, WrongMoment
from banyan.core.text import clean_html, lang_of, render_markdown
from banyan.people.models import Person

from .. import rules, tasks
from ..events import (
    ProductArchived,
    ProductChanged,
    ProductPublished,
    ProductUnpublished,
)
from ..models import Product, ProductPhoto, Variant
from ..texts import looks_like_html


class NotReadyToSell(Refusal):
    sentence = _("Give it a title and a price above zero first; then it can be published.")


class StillNeeded(Refusal):
    status = 409
    sentence = _("It has been ordered before, so it cannot be deleted. Archive it instead.")


@transaction.atomic
def create(
    *,
    community: Community,
    by: Person | None,
    now: datetime,
    title: str,
    price_minor: int = 0,
    compare_minor: int | None = None,
    on_hand: int = 0,
    is_tracked: bool = True,
    sku: str = "",
    weight_grams: int = 0,
    slug: str = "",
    handle: str = "",
    **fields: Any,
) -> Product:
    """A draft with one variant. `options` and further variants come with `variants.set_options`."""
    fields = written(fields)
    fields.setdefault("lang", lang_of(title, community.lang))
    product = _insert(
        community=community, title=title, wanted=rules.slug_of(slug or handle or title),
        handle=handle, created_at=now, updated_at=now, price_from_minor=price_minor, **fields,
    )  # fmt: skip
    Variant.objects.create(
        community=community, product=product, position=1, sku=sku, price_minor=price_minor,
        compare_minor=compare_minor, on_hand=on_hand, is_tracked=is_tracked,
        weight_grams=weight_grams,
    )  # fmt: skip
    tasks.index_words.later(community_id=community.pk, key=tasks.words_key(community.pk))
    _say(product, by=by, now=now, fields=sorted({"title", *fields}))
    return product


def _insert(
    *, community: Community, title: str, wanted: str, handle: str, **fields: Any
) -> Product:
    for _attempt in range(5):
        product = Product(community=community, title=title, **fields)
        base = wanted or f"item-{product.oid[-8:]}"
        taken = Product.objects.of(community).filter(slug__startswith=base)
        product.slug = rules.free_slug(base, taken.values_list("slug", flat=True))
        product.handle = handle or product.slug
        try:
            with transaction.atomic():
                product.save()
            return product
        except IntegrityError:  # somebody took the slug in between
            if handle and Product.objects.of(community).filter(handle=handle).exists():
                raise
    raise WrongMoment


def written(fields: dict[str, Any]) -> dict[str, Any]:
    """What people typed, as it is kept: descriptions as clean HTML beside their Markdown, tags."""
    fields = dict(fields)
    for name in ("description", "second_description"):
        if name in fields:
            typed = fields[name].strip()
            html = looks_like_html(typed)
            fields[name] = clean_html(typed).strip() if html else render_markdown(typed).strip()
            fields[f"{name}_source"] = "" if html else typed
    if "tags" in fields:
        fields["tags"] = rules.clean_tags(fields["tags"])
        fields["tag_text"] = rules.tag_text(fields["tags"])
    return fields


@transaction.atomic
def change(*, product: Product, by: Person | None, now: datetime, **fields: Any) -> list[str]:
    """Change what a product says of itself. Gives the names of what changed; nothing: no event."""
    fields = written(fields)
    changed = {name: value for name, value in fields.items() if getattr(product, name) != value}
    if changed:
        touch(product, now=now, **changed)
        _say(product, by=by, now=now, fields=sorted(changed))
    return sorted(changed)


@transaction.atomic
def publish(*, product: Product, by: Person | None, now: datetime) -> None:
    """Put it on the shelf. NotReadyToSell without title or prices; WrongMoment when it is there."""
    was = product.state
    product.move(
        rules.PUBLISHED, updated_at=now, published_at=product.published_at or now,
        version=F("version") + 1,
    )  # fmt: skip
    prices = (
        Variant.objects.filter(product=product).for_sale().values_list("price_minor", flat=True)
    )
    if not product.title.strip() or not prices or min(prices) <= 0:
        product.state = was
        raise NotReadyToSell
    tasks.index_words.later(
        community_id=product.community_id, key=tasks.words_key(product.community_id)
    )
    announce(
        ProductPublished(
            community_id=product.community_id, object_id=product.pk, now=now, lang=product.lang,
            actor=by.pseudonym if by else None,
        )
    )  # fmt: skip


@transaction.atomic
def unpublish(*, product: Product, by: Person | None, now: datetime) -> None:
    """Take it off the shelf, as a draft again. What is in baskets can no longer be ordered."""
    _withdraw(product, rules.DRAFT, ProductUnpublished, (rules.PUBLISHED,), by=by, now=now)


@transaction.atomic
def archive(*, product: Product, by: Person | None, now: datetime) -> None:
    """Put it away: not for sale, and out of the operator's lists."""
    _withdraw(
        product, rules.ARCHIVED, ProductArchived, (rules.DRAFT, rules.PUBLISHED), by=by, now=now
    )


@transaction.atomic
def restore(*, product: Product, by: Person | None, now: datetime) -> None:
    """Take it out of the archive, as a draft."""
    _withdraw(product, rules.DRAFT, ProductUnpublished, (rules.ARCHIVED,), by=by, now=now)


def _withdraw(
    product: Product, to: str, said: type, only_from: tuple[str, ...], *,
    by: Person | None, now: datetime,
) -> None:  # fmt: skip
    product.move(to, only_from=only_from, updated_at=now, version=F("version") + 1)
    tasks.index_words.later(
        community_id=product.community_id, key=tasks.words_key(product.community_id)
    )
    announce(
        said(
            community_id=product.community_id, object_id=product.pk, now=now, lang=product.lang,
            actor=by.pseudonym if by else None,
        )
    )  # fmt: skip


def publish_many(
    *, products: Sequence[Product], by: Person | None, now: datetime
) -> tuple[int, list[Product]]:
    """Publish each that can be. Gives how many were, and those that could not."""
    done, refused = 0, []
    for product in products:
        if product.state == rules.PUBLISHED:
            continue
        try:
            publish(product=product, by=by, now=now)
            done += 1
        except Refusal:
            refused.append(product)
    return done, refused


@transaction.atomic
def delete_draft(*, product: Product) -> None:
    """Forget a draft that nobody ever ordered, with its photos. StillNeeded otherwise."""
    locked = Product.objects.filter(pk=product.pk, state=rules.DRAFT)
    if not locked.update(updated_at=F("updated_at")):
        raise WrongMoment
    wanted = Variant.objects.filter(product=product, reserved__gt=0)
    if locked.filter(sold_count__gt=0).exists() or wanted.exists():
        raise StillNeeded
    pictures = [
        photo.picture for photo in ProductPhoto.objects.filter(product=product)
        .select_related("picture") if photo.picture
    ]  # fmt: skip
    try:
        with transaction.atomic():
            product.delete()
    except ProtectedError as needed:
        raise StillNeeded from needed
    for picture in pictures:
        drop_picture(picture)


def touch(product: Product, *, now: datetime, **fields: Any) -> None:
    """Something of its looks changed: a new version, its lowest price and cover found again."""
    cheapest = Variant.objects.filter(product=product, retired_at=None).aggregate(
        least=Min("price_minor")
    )["least"]
    cover = (
        ProductPhoto.objects.filter(product=product, state=rules.READY)
        .order_by("position", "pk")
        .values_list("picture_id", flat=True)
        .first()
    )
    fields |= {"price_from_minor": cheapest or 0, "cover_id": cover, "updated_at": now}
    Product.objects.filter(pk=product.pk).update(version=F("version") + 1, **fields)
    for name, value in fields.items():
        setattr(product, name, value)
    product.version += 1
    tasks.index_words.later(
        community_id=product.community_id, key=tasks.words_key(product.community_id)
    )


def _say(product: Product, *, by: Person | None, now: datetime, fields: list[str]) -> None:
    announce(
        ProductChanged(
            community_id=product.community_id, object_id=product.pk, now=now, fields=fields,
            actor=by.pseudonym if by else None, lang=product.lang,
        )
    )  # fmt: skip


say_changed = _say
