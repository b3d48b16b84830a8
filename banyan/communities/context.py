"""What templates know of where they are."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from . import rules
from .models import Member


def place(request: Any) -> dict[str, Any]:
    def mine() -> list[Member]:
        if not request.user.is_authenticated:
            return []
        return list(
            Member.objects.filter(
                person=request.user, state=rules.JOINED, community__closed_at=None
            )
            .select_related("community")
            .order_by("-joined_at")[:50]
        )

    return {
        "community": getattr(request, "community", None),
        "member": getattr(request, "member", None),
        "memberships_mine": SimpleLazyObject(mine),
    }
