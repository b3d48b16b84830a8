"""First posts of newcomers that nobody has answered: the card that asks members to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from banyan.communities.models import Community
from banyan.core.models import Activity

from .. import kept, things
from ..experiments import queries as experiments
from ..goals import measures

PART = "welcome"
LOOK_BACK = timedelta(days=3)
MOST = 3


def keep(community: Community, *, now: datetime) -> None:
    """Find them anew. Whose side of a running experiment is not asked for is left out."""
    waiting = [
        row
        for row in measures.first_posts(community.pk, now - LOOK_BACK, now)
        if row.answered_at is None
        and experiments.is_shown_of(community.pk, "first-reply", row.actor)
    ]
    found = things.load(community, [("post", row.post_id) for row in waiting[:20]])
    body = [
        {"title": thing.title or thing.text[:90], "lang": thing.lang, "url": thing.url,
         "author_id": thing.author_id, "name": str(thing.author),
         "until": (row.at + timedelta(hours=measures.REPLY_HOURS)).isoformat()}
        for row in waiting
        if (thing := found.get(("post", row.post_id))) is not None
    ]  # fmt: skip
    kept.put(PART, body[:MOST] or None, community_id=community.pk)


def keep_lively(*, now: datetime) -> int:
    """Wherever something was written lately."""
    ids = set(
        Activity.objects.filter(
            verb__in=["PostPublished", "Commented"], at__gte=now - LOOK_BACK
        ).values_list("community_id", flat=True)
    )
    for community in Community.objects.filter(pk__in=ids, closed_at=None):
        keep(community, now=now)
    return len(ids)


def on_home(request: Any) -> list[dict[str, Any]]:
    """For members; one's own first post is not shown to oneself."""
    member = request.member
    if member is None or not member.is_in:
        return []
    ours, _mine = kept.read(request)
    rows = [row for row in ours.get(PART) or [] if row["author_id"] != member.pk]
    return [row | {"until": kept.moment(row["until"])} for row in rows]
