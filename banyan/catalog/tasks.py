"""What the catalogue does after the page has answered: words for the search, facets, photos."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from banyan.core.jobs import every, job
from banyan.core.text import search_words

from . import rules
from .models import Facet, ImportRun, Product, ProductPhoto

_BATCH = 200
_MOST_FACETS = 40
_FETCH_SECONDS = 100  # one job's share; the next one goes on
_CLAIM_MINUTES = 10
_KEPT_DAYS = 30


def words_key(community_id: int) -> str:
    """One promise for a community waits at a time, however many products change."""
    return f"catalog-words:{community_id}"


@job(lease_seconds=300)
def index_words(*, community_id: int) -> None:
    """Cut the words of changed products for the search, then count the facets again."""
    stale = Product.objects.of(community_id).exclude(search_version=F("version")).order_by("pk")
    while rows := list(stale[:_BATCH]):
        for product in rows:
            # Guarded by the version read, so that a newer text is cut by the next round.
            Product.objects.filter(pk=product.pk, version=product.version).update(
                search=words_of(product), search_version=product.version
            )
    count_facets(community_id=community_id)


def words_of(product: Product) -> str:
    told = re.sub(r"<[^>]+>", " ", f"{product.description} {product.second_description}")
    return search_words(
        product.title, product.second_title, product.line, product.second_line, product.category,
        product.vendor, " ".join(product.tags), html.unescape(told)[:4000],
    )  # fmt: skip


def count_facets(*, community_id: int) -> None:
    """Write down how many published products wear each category and tag."""
    found: Counter[tuple[str, str]] = Counter()
    rows = Product.objects.of(community_id).on_shelf().values_list("category", "tags")
    for category, tags in rows.iterator(chunk_size=1000):
        if category:
            found[Facet.CATEGORY, category] += 1
        found.update((Facet.TAG, tag) for tag in tags)
    kept: Counter[str] = Counter()
    facets = []
    for (kind, word), count in found.most_common():
        kept[kind] += 1
        if kept[kind] <= _MOST_FACETS:
            facets.append(Facet(community_id=community_id, kind=kind, word=word, count=count))
    with transaction.atomic():
        Facet.objects.filter(community_id=community_id).delete()
        Facet.objects.bulk_create(facets, ignore_conflicts=True)


@every(seconds=60)
def sweep_words() -> int:
    """Promise again what a job missed because a product changed while it ran."""
    stale = (
        Product.objects.exclude(search_version=F("version"))
        .order_by()
        .values_list("community_id", flat=True)
        .distinct()
    )
    ids = list(stale[:_BATCH])
    for community_id in ids:
        index_words.later(community_id=community_id, key=words_key(community_id))
    return len(ids)


# Photos that an import named


def photos_key(community_id: int, step: int = 0) -> str:
    return f"catalog-photos:{community_id}:{step}"


@job(lease_seconds=300, attempts=3)
def fetch_photos(*, community_id: int, step: int = 0) -> None:
    """Fetch photos that wait, some at a time, then leave the rest to the next job."""
    from .imports import photos

    until = time.monotonic() + _FETCH_SECONDS
    while time.monotonic() < until:
        claimed = photos.claim(community_id=community_id, now=timezone.now())
        if not claimed:
            return
        photos.bring(claimed, now=timezone.now())
    fetch_photos.later(
        community_id=community_id, step=step + 1, key=photos_key(community_id, step + 1)
    )


@every(seconds=300)
def sweep_photos() -> int:
    """Photos whose job was lost wait again."""
    lost = ProductPhoto.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=timezone.now() - timedelta(minutes=_CLAIM_MINUTES)),
        state=rules.WAITING,
    )
    ids = list(lost.order_by().values_list("community_id", flat=True).distinct()[:_BATCH])
    for community_id in ids:
        fetch_photos.later(community_id=community_id, key=photos_key(community_id))
    return len(ids)


# Imports


@job(lease_seconds=600, attempts=3)
def read_run(*, run_id: int) -> None:
    """Read an uploaded file and write down what it would change."""
    from .imports import runs

    runs.look(run=ImportRun.objects.select_related("community").get(pk=run_id))


@job(lease_seconds=600, attempts=3)
def apply_run(*, run_id: int) -> None:
    """Bring in a file that somebody has said yes to. Done already: nothing."""
    from .imports import runs

    run = ImportRun.objects.select_related("community", "by").get(pk=run_id)
    if run.state == ImportRun.APPLYING:
        runs.finish(run=run, now=timezone.now())


@every(seconds=86400)
def sweep_runs() -> int:
    """Imports are forgotten after 30 days, and their files with them."""
    from .imports import runs

    old = ImportRun.objects.filter(created_at__lt=timezone.now() - timedelta(days=_KEPT_DAYS))
    gone = list(old[:_BATCH])
    for run in gone:
        runs.forget(run=run)
    return len(gone)
