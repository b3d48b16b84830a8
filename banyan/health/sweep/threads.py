"""When each published post was first answered by somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from banyan.communities.models import Community
from banyan.content import rules as content
from banyan.content.models import Comment, Post

from ..models import Thread
from . import days as daily
from .sources import starts

_BATCH = 500


def follow(community: Community, stale: list[date], *, zone: Any) -> set[int]:
    """Look again at posts of these days, and at those commented on then. Gives their authors."""
    authors: set[int] = set()
    for run in daily.runs(stale):
        span = (starts(run[0], zone), starts(run[-1] + timedelta(days=1), zone))
        keys = set(
            Post.objects.filter(
                community=community, published_at__gte=span[0], published_at__lt=span[1]
            ).values_list("pk", flat=True)
        )
        keys |= set(
            Comment.objects.filter(
                community=community, published_at__gte=span[0], published_at__lt=span[1]
            ).values_list("post_id", flat=True)
        )
        wanted = sorted(keys)
        for start in range(0, len(wanted), _BATCH):
            authors |= _look(community, wanted[start : start + _BATCH], zone)
    return authors


def _look(community: Community, keys: list[int], zone: Any) -> set[int]:
    first = (
        Comment.objects.filter(post=OuterRef("pk"), state=content.PUBLISHED)
        .exclude(author=OuterRef("author"))
        .order_by("published_at", "pk")
    )
    posts = list(
        Post.objects.filter(pk__in=keys, state=content.PUBLISHED)
        .annotate(
            first_at=Subquery(first.values("published_at")[:1]),
            first_by=Subquery(first.values("author")[:1]),
        )
        .values_list("pk", "author_id", "published_at", "first_at", "first_by")
    )
    rows = [
        Thread(
            post_id=pk, community=community, author_id=author, published_at=at,
            day=at.astimezone(zone).date(), answered_at=first_at, answered_by_id=by,
            seconds=max(0, int((first_at - at).total_seconds())) if first_at else None,
        )
        for pk, author, at, first_at, by in posts
    ]  # fmt: skip
    gone = Thread.objects.filter(post__in=set(keys) - {row.post_id for row in rows})
    authors = set(gone.values_list("author", flat=True)) | {row.author_id for row in rows}
    gone.delete()
    Thread.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["post"],
        update_fields=["day", "published_at", "answered_at", "answered_by", "seconds"],
    )  # fmt: skip
    return authors
