"""Who answers and feels with whom, and groups among them. Once a local day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, When
from django.db.models.functions import Coalesce, TruncDate

from banyan.communities.models import Community
from banyan.content import rules as content
from banyan.content.models import Comment, Like

from .. import rules
from ..models import Journey
from .sources import starts

WEEKS = 6
MOST = 200_000  # pairs and days; more are not looked at
_BATCH = 1000


def ties_of(
    community: Community, *, zone: Any, today: date
) -> dict[tuple[int, int], list[int]] | None:
    """Answers and reactions between two members in each of the six weeks up to yesterday."""
    first = today - timedelta(days=7 * WEEKS)
    span = (starts(first, zone), starts(today, zone))
    answers = (
        Comment.objects.filter(
            community=community, state=content.PUBLISHED,
            published_at__gte=span[0], published_at__lt=span[1],
        )
        .annotate(
            one=F("author_id"), other=Coalesce("answers__author_id", "post__author_id"),
            local_day=TruncDate("published_at", tzinfo=zone),
        )
    )  # fmt: skip
    feelings = (
        Like.objects.filter(community=community, liked_at__gte=span[0], liked_at__lt=span[1])
        .annotate(
            one=F("member_id"),
            other=Case(
                When(comment__isnull=False, then=F("comment__author_id")),
                default=F("post__author_id"),
            ),
            local_day=TruncDate("liked_at", tzinfo=zone),
        )
    )  # fmt: skip
    ties: dict[tuple[int, int], list[int]] = {}
    for rows in (answers, feelings):
        counted = list(
            rows.exclude(one=F("other")).order_by()
            .values("one", "other", "local_day").annotate(n=Count("pk"))
            .values_list("one", "other", "local_day", "n")[: MOST + 1]
        )  # fmt: skip
        if len(counted) > MOST:
            return None
        for one, other, day, n in counted:
            weeks = ties.setdefault((min(one, other), max(one, other)), [0] * WEEKS)
            weeks[(day - first).days // 7] += n
    return ties


def find(community: Community, *, zone: Any, today: date) -> dict[str, Any]:
    """Write each member's group down; give the figures of the most separate one."""
    ties = ties_of(community, zone=zone, today=today)
    if ties is None:
        return {"too_many": True}
    label = rules.circles(ties)
    moved = []
    for row in Journey.objects.of(community).only("pk", "circle"):
        if row.circle != label.get(row.pk):
            row.circle = label.get(row.pk)
            moved.append(row)
    Journey.objects.bulk_update(moved, ["circle"], batch_size=_BATCH)
    group = rules.sub_group(ties, label, WEEKS)
    found: dict[str, Any] = {"members": len(label), "groups": len(set(label.values()))}
    if group:
        found |= {
            "key": group.key, "size": group.members, "active": group.active,
            "inside": group.inside_percent,
        }  # fmt: skip
    return found
