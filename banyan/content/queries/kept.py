"""What a person saved and follows, in all their communities."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from banyan.communities import rules as places

from .. import rules
from ..models import Follow, Saved
from . import feed

PAGE = 24
MOST = 200


def saved(person: Any, before: int | None = None) -> tuple[list[dict[str, Any]], int | None]:
    """Rows of the posts a person saved and may read, the latest saved first; where to go on."""
    mine = (
        Saved.objects.filter(member__person=person, post__state=rules.PUBLISHED)
        .filter(community__closed_at=None)
        .filter(
            Q(member__state=places.JOINED)
            | Q(community__visibility=places.PUBLIC) & ~Q(member__state=places.BANNED)
        )
    )
    if before is not None:
        mine = mine.filter(pk__lt=before)
    pairs = list(mine.order_by("-pk").values_list("pk", "post_id", "member_id")[: PAGE + 1])
    if not pairs:
        return [], None
    rows = feed.rows_of([post for _pk, post, _member in pairs], [m for _pk, _post, m in pairs])
    shown = [rows[post] for _pk, post, _member in pairs[:PAGE] if post in rows]
    return shown, pairs[PAGE - 1][0] if len(pairs) > PAGE else None


def followed(person: Any) -> list[Follow]:
    """Everything a person follows where they are a member, the latest first."""
    return list(
        Follow.objects.filter(
            member__person=person, member__state=places.JOINED, community__closed_at=None
        )
        .filter(Q(post=None) | Q(post__state=rules.PUBLISHED))
        .select_related("community", "followed__person__picture", "topic", "post")
        .order_by("community_id", "-pk")[:MOST]
    )


def followers(*, thread: int) -> Any:
    """The members who follow a post and are still in."""
    return Follow.objects.filter(post=thread, member__state=places.JOINED).values("member")
