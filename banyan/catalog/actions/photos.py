"""A product's gallery: adding, ordering, describing, dropping, and fetching again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from banyan.core.models import Picture
from banyan.core.pictures import drop_picture, take_picture
from banyan.core.refusals import Refusal, WrongMoment
from banyan.people.models import Person

from .. import rules, tasks
from ..models import Product, ProductPhoto, Variant
from .products import say_changed, touch


class TooManyPhotos(Refusal):
    sentence = _("A product shows at most 20 photos. Remove one first.")


def add(
    *, product: Product, uploads: Iterable[Any], by: Person | None, now: datetime, alt: str = ""
) -> list[ProductPhoto]:
    """Put photos at the end of the gallery. NotAPicture when one cannot be read: then none is."""
    uploads = list(uploads)
    if ProductPhoto.objects.filter(product=product).count() + len(uploads) > rules.MOST_PHOTOS:
        raise TooManyPhotos
    # Encoding takes its time, so it stands outside the transaction.
    taken: list[Picture] = []
    try:
        for upload in uploads:
            taken.append(
                take_picture(
                    upload, community_id=product.community_id,
                    owner=by.pseudonym if by else None, now=now, alt=alt, lang=product.lang,
                )
            )  # fmt: skip
    except Refusal:
        for picture in taken:
            drop_picture(picture)
        raise
    return hang(product=product, pictures=taken, by=by, now=now, alt=alt)


@transaction.atomic
def hang(
    *, product: Product, pictures: Iterable[Picture], by: Person | None, now: datetime,
    alt: str = "",
) -> list[ProductPhoto]:  # fmt: skip
    """Put pictures we have at the end of the gallery."""
    last = ProductPhoto.objects.filter(product=product).aggregate(last=Max("position"))["last"] or 0
    photos = [
        ProductPhoto.objects.create(
            community_id=product.community_id, product=product, picture=picture, position=last + n,
            alt=alt[:300] or picture.alt,
        )
        for n, picture in enumerate(pictures, start=1)
    ]  # fmt: skip
    if photos:
        touch(product, now=now)
        say_changed(product, by=by, now=now, fields=["photos"])
    return photos


@transaction.atomic
def move(*, photo: ProductPhoto, step: int, by: Person | None, now: datetime) -> None:
    """Move a photo `step` places along; the first one is the product's cover."""
    row = list(ProductPhoto.objects.filter(product=photo.product_id).order_by("position", "pk"))
    at = next((i for i, other in enumerate(row) if other.pk == photo.pk), None)
    if at is None:
        raise WrongMoment
    row.insert(min(max(at + step, 0), len(row) - 1), row.pop(at))
    for position, other in enumerate(row, start=1):
        if other.position != position:
            ProductPhoto.objects.filter(pk=other.pk).update(position=position)
    touch(photo.product, now=now)
    say_changed(photo.product, by=by, now=now, fields=["photos"])


@transaction.atomic
def describe(*, photo: ProductPhoto, alt: str, by: Person | None, now: datetime) -> None:
    """Say in words what the photo shows, for those who do not see it."""
    ProductPhoto.objects.filter(pk=photo.pk).update(alt=alt[:300])
    photo.alt = alt[:300]
    touch(photo.product, now=now)
    say_changed(photo.product, by=by, now=now, fields=["photos"])


@transaction.atomic
def drop(*, photo: ProductPhoto, by: Person | None, now: datetime) -> None:
    """Take a photo away, with files nothing else shows. WrongMoment when it is gone."""
    picture = photo.picture
    if not ProductPhoto.objects.filter(pk=photo.pk).delete()[0]:
        raise WrongMoment
    touch(photo.product, now=now)
    if picture is not None:
        used = Variant.objects.filter(picture=picture).exists()
        if not used and not ProductPhoto.objects.filter(picture=picture).exists():
            drop_picture(picture)
    say_changed(photo.product, by=by, now=now, fields=["photos"])


@transaction.atomic
def retry(*, photo: ProductPhoto) -> None:
    """Fetch a photo that failed once more, in the background. WrongMoment when it did not fail."""
    waiting = ProductPhoto.objects.filter(pk=photo.pk, state=rules.FAILED).exclude(source_url="")
    if not waiting.update(state=rules.WAITING, fault="", tried_at=None):
        raise WrongMoment
    _promise(photo.community_id)


@transaction.atomic
def retry_all(*, community_id: int) -> int:
    """The same for every photo of a community that failed. Gives how many."""
    failed = ProductPhoto.objects.of(community_id).filter(state=rules.FAILED)
    waiting = failed.exclude(source_url="").update(state=rules.WAITING, fault="", tried_at=None)
    if waiting:
        _promise(community_id)
    return waiting


def _promise(community_id: int) -> None:
    # A key of its own: the job that runs now may have passed this photo by.
    tasks.fetch_photos.later(community_id=community_id, key=tasks.photos_key(community_id, -1))
