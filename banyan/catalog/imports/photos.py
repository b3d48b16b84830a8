"""Bringing the pictures an import named: out of its zip, or from their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q

from banyan.core import fetch as web
from banyan.core.pictures import NotAPicture, drop_picture, take_picture

from .. import rules
from ..actions.products import touch
from ..models import ImportRun, ProductPhoto, Variant
from .columns import VARIANT_IMAGE
from .pack import BadZip, Pack

_AT_ONCE = 4
_CLAIM = timedelta(minutes=10)


def claim(*, community_id: int, now: datetime) -> list[ProductPhoto]:
    """A few photos that wait, ours alone for ten minutes."""
    free = Q(tried_at=None) | Q(tried_at__lt=now - _CLAIM)
    waiting = ProductPhoto.objects.of(community_id).filter(free, state=rules.WAITING)
    ours = []
    for photo in waiting.select_related("product", "community").order_by("position", "pk")[:8]:
        if ProductPhoto.objects.filter(free, pk=photo.pk, state=rules.WAITING).update(tried_at=now):
            ours.append(photo)
    return ours


def bring(photos: Sequence[ProductPhoto], *, now: datetime) -> None:
    """Get each photo's picture and hang it; what cannot be had is marked, with a word why."""
    with ExitStack() as open_files, ThreadPoolExecutor(_AT_ONCE) as pool:
        packs = _packs(photos[0].community_id, open_files)
        rows = [(photo, _from(packs, photo.source_url)) for photo in photos]
        asked = {
            photo.pk: pool.submit(web.fetch, photo.source_url)
            for photo, content in rows
            if content is None
        }
        for photo, content in rows:
            try:
                _hang(photo, content if content is not None else asked[photo.pk].result(), now=now)
            except web.Unfetched as fault:
                _fail(photo, fault.fault)
            except NotAPicture:
                _fail(photo, "picture")


def _packs(community_id: int, open_files: ExitStack) -> list[Pack]:
    paths = (
        ImportRun.objects.of(community_id)
        .exclude(zip_path="")
        .order_by("-created_at")
        .values_list("zip_path", flat=True)[:3]
    )
    packs = []
    for path in paths:
        try:
            packs.append(Pack(open_files.enter_context(storages["private"].open(path))))
        except (BadZip, OSError):
            continue
    return packs


def _from(packs: Sequence[Pack], address: str) -> bytes | None:
    for pack in packs:
        try:
            content = pack.read(address)
        except BadZip:
            continue
        if content is not None:
            return content
    return None


def _hang(photo: ProductPhoto, content: bytes, *, now: datetime) -> None:
    picture = take_picture(
        content, community_id=photo.community_id, owner=None, now=now, alt=photo.alt,
        lang=photo.product.lang,
    )  # fmt: skip
    with transaction.atomic():
        hung = ProductPhoto.objects.filter(pk=photo.pk, state=rules.WAITING).update(
            state=rules.READY, picture=picture, fault=""
        )
        if hung:
            wears = Variant.objects.filter(
                product=photo.product_id, **{f"extra__{VARIANT_IMAGE}": photo.source_url}
            )
            wears.update(picture=picture)
            touch(photo.product, now=now)
    if not hung:  # dropped in the meantime
        drop_picture(picture)


def _fail(photo: ProductPhoto, fault: str) -> None:
    ProductPhoto.objects.filter(pk=photo.pk, state=rules.WAITING).update(
        state=rules.FAILED, fault=fault[:20]
    )
