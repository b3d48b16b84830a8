from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from banyan.communities.models import Member

from ..standing import queries

register = template.Library()


@register.inclusion_tag("moderation/muted_note.html", takes_context=True)
def muted_note(
    context: dict[str, Any], kept: str | None = "", of: Member | None = None
) -> dict[str, Any]:
    """Why the reader, who is muted, finds no form here: the clause, and until when.

    `kept` are words they had typed already; `of` the muted membership, outside its community.
    """
    member = of or context["request"].member
    return {
        "mute": queries.mute_of(member, timezone.now()),
        "until_at": member.muted_until,
        "where": of.community if of else None,
        "kept": [kept] if kept else [],
    }
