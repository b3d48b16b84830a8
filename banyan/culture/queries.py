from __future__ import annotations

from django.db.models import Count, Q

from banyan.communities.models import Community, Member
from banyan.communities.rules import JOINED

from .models import Acceptance, Charter


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


def signed_version(member: Member) -> int:
    """The newest version a member has signed; 0 for none."""
    newest = (
        Acceptance.objects.filter(member=member)
        .order_by("-charter__version")
        .values_list("charter__version", flat=True)
        .first()
    )
    return newest or 0
