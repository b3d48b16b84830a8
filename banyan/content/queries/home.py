"""What the first page shows beside the feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce

from banyan.communities import rules
from banyan.communities.models import Community, Interest

from ..models import Post
from . import feed

PLACES = 6
PHOTOS = 8


@dataclass(frozen=True)
class Suggestion:
    """One community to look at, and the interest that it shares with mine ("" when none)."""

    community: Community
    because: Any


def suggestion(members: Any) -> Suggestion | None:
    """The listed community, not mine, that shares most interests with mine; else the largest."""
    mine = [member.community_id for member in members]
    known = Interest.objects.filter(community__in=mine).values("key")
    shared = Q(interest_rows__key__in=known)
    found = (
        Community.objects.listed()
        .exclude(pk__in=mine)
        .annotate(
            shared=Count("interest_rows", filter=shared),
            why=Min("interest_rows__key", filter=shared),
        )
        .select_related("cover")
        .order_by("-shared", "-member_count", "pk")
        .first()
    )
    if found is None:
        return None
    return Suggestion(found, rules.INTEREST_NAMES.get(found.why, ""))


def landing() -> dict[str, Any]:
    """What this instance is: its communities, and the latest photos of those all can read."""
    listed = Community.objects.listed().select_related("cover").order_by("-member_count", "pk")
    places = list(listed[:PLACES])
    figures = Community.objects.listed().aggregate(
        places=Count("pk"), people=Coalesce(Sum("member_count"), 0)
    )
    open_to_all = Community.objects.listed().filter(visibility=rules.PUBLIC).values("pk")
    posts = Post.objects.published().filter(cover__isnull=False, community__in=open_to_all)
    return {
        "places": places,
        "figures": figures,
        "cover": next((place.cover for place in places if place.cover), None),
        "cards": feed.card_list(feed.warmest(posts, PHOTOS), with_community=True),
        "site_name": settings.SITE_NAME,
    }
