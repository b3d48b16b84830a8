"""Newcomers' first posts that nobody has answered yet: the reply that decides who stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.communities.rules import JOINED, MEMBER
from banyan.content import rules as content
from banyan.content.models import Comment, Post
from banyan.core.notices import Telling, tell

from . import rules


def waiting(now: datetime, community: Any = None) -> QuerySet[Post]:
    """First posts of plain members, published, not answered by another, at most a week old.

    The oldest first: its clock has run the longest.
    """
    earlier = Post.objects.filter(author=OuterRef("author"), pk__lt=OuterRef("pk"))
    answers = Comment.objects.filter(post=OuterRef("pk"), state=content.PUBLISHED).exclude(
        author=OuterRef("author")
    )
    rows = Post.objects.filter(
        ~Exists(earlier),
        ~Exists(answers),
        state=content.PUBLISHED,
        published_at__gt=now - timedelta(days=7),
        published_at__lte=now,
        author__role=MEMBER,
    )
    if community is not None:
        rows = rows.filter(community=community)
    return rows.order_by("published_at", "pk")


def oldest(community: Any, member: Any, most: int, now: datetime) -> list[tuple[datetime, Any]]:
    """For the moderators' queue: when each was written, the longest wait first."""
    return list(waiting(now, community).values_list("published_at", "pk")[:most])


def posts(community: Any, keys: list[int], now: datetime) -> dict[int, Post]:
    rows = Post.objects.of(community).filter(pk__in=keys)
    return {post.pk: post for post in rows.select_related("author__person__picture")}


def hosts(community_ids: list[int]) -> dict[int, list[int]]:
    """Who looks after newcomers: owners, operators and moderators, as persons, by community."""
    found: dict[int, list[int]] = {}
    rows = Member.objects.filter(community__in=community_ids, state=JOINED).exclude(role=MEMBER)
    for row in rows.order_by("pk"):
        if row.may("content.moderate"):
            found.setdefault(row.community_id, []).append(row.person_id)
    return found


def remind(*, now: datetime) -> int:
    """Tell the hosts of each first post that has waited two hours. Twice changes nothing."""
    late = now - timedelta(hours=rules.FIRST_REPLY_REMIND_HOURS)
    posts = list(
        waiting(now)
        .filter(published_at__lte=late, published_at__gt=now - timedelta(days=2))
        .select_related("author__person", "community")[:200]
    )
    by_place = hosts([post.community_id for post in posts])
    return sum(
        tell(
            Telling(
                topic="first-post",
                key=f"first-post:{post.pk}",
                thing=("post", post.pk),
                about=("post", post.pk),
                url=url(post.community, "post", id=post.public_id),
                title=post.heading,
                lang=post.lang,
                community_id=post.community_id,
                actor_id=post.author.person_id,
            ),
            to=by_place.get(post.community_id, []),
            now=now,
        )
        for post in posts
    )
