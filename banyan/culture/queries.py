from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count, Q

from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED

from .models import Acceptance, Charter

CARD_SECONDS = 60


def standing(community: Community) -> Charter | None:
    """The charter that stands, with `signed`: how many present members signed it. One query."""
    return (
        Charter.objects.of(community)
        .annotate(
            signed=Count("acceptances", filter=Q(acceptances__member__state=JOINED), distinct=True)
        )
        .order_by("-version")
        .first()
    )


def standing_for_card(community: Community) -> Charter | None:
    """The same, at most a minute old."""
    key = _card_key(community.pk)
    kept = cache.get(key)
    if kept is None or kept[0] != community.member_count:
        kept = (community.member_count, standing(community))
        cache.set(key, kept, CARD_SECONDS)
    return kept[1]


def forget_card(community_id: int) -> None:
    cache.delete(_card_key(community_id))


def _card_key(community_id: int) -> str:
    return f"charter-card:{community_id}"


def signed_version(member: Member) -> int:
    """The newest version a member has signed; 0 for none."""
    newest = (
        Acceptance.objects.filter(member=member)
        .order_by("-charter__version")
        .values_list("charter__version", flat=True)
        .first()
    )
    return newest or 0
