"""What templates know of where they are. Menus ask only when they are opened by a template."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from banyan.core.db.prepared import Prepared

from . import rules
from .models import Community, Member

MOST = 50

_memberships = Prepared(
    lambda person: (
        Member.objects.filter(person=person, state=rules.JOINED, community__closed_at=None)
        .select_related("community__cover")
        .order_by("-joined_at")[:MOST]
    ),
    0,
)


class Spot(NamedTuple):
    """A community in the menu that changes from one to another."""

    slug: str
    url: str
    here_name: str
    here_lang: str
    brand_h: int


def place(request: Any) -> dict[str, Any]:
    return {
        "community": getattr(request, "community", None),
        "member": getattr(request, "member", None),
        "places_mine": SimpleLazyObject(lambda: places(request)),
        "studios_mine": SimpleLazyObject(lambda: studios(request)),
        "discover_url": reverse("discover"),
    }


def memberships(request: Any) -> list[Member]:
    """The viewer's memberships, newest first; one query a request."""
    found = getattr(request, "memberships", None)
    if found is None:
        found = []
        if request.user.is_authenticated:
            found = _memberships(request.user.pk)
        request.memberships = found
    return found


def places(request: Any) -> list[Spot]:
    return [
        Spot(here.slug, here.url, here.here_name, here.here_lang, here.brand_h)
        for here in (member.community for member in memberships(request))
    ]


def studios(request: Any) -> list[Community]:
    return [m.community for m in memberships(request) if m.may("studio.see")]
