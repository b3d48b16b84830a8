from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from ..standing import queries

register = template.Library()


@register.inclusion_tag("moderation/muted_note.html", takes_context=True)
def muted_note(context: dict[str, Any], kept: str | None = "") -> dict[str, Any]:
    """Why the reader, who is muted, finds no form here: the clause, and until when.

    `kept` are words they had typed already.
    """
    member = context["request"].member
    mute = queries.mute_of(member, timezone.now())
    return {"mute": mute, "until_at": member.muted_until, "kept": [kept] if kept else []}
