"""What templates know of where they are. Menus ask only when they are opened by a template."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from . import rules
from .models import Community, Member

MOST = 50


def place(request: Any) -> dict[str, Any]:
    return {
        "community": getattr(request, "community", None),
        "member": getattr(request, "member", None),
        "memberships_mine": SimpleLazyObject(lambda: memberships(request)),
        "studios_mine": SimpleLazyObject(lambda: studios(request)),
        "discover_url": reverse("discover"),
    }


def memberships(request: Any) -> list[Member]:
    """The viewer's memberships, newest first; one query a request."""
    found = getattr(request, "memberships", None)
    if found is None:
        found = []
        if request.user.is_authenticated:
            found = list(
                Member.objects.filter(
                    person=request.user, state=rules.JOINED, community__closed_at=None
                )
                .select_related("community__cover")
                .order_by("-joined_at")[:MOST]
            )
        request.memberships = found
    return found


def studios(request: Any) -> list[Community]:
    return [m.community for m in memberships(request) if m.may("studio.see")]
