"""What moderation shows on others' pages: its place in the studio's menu, and on today."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.slots import fills

from . import queries

add_studio_place(
    key="content",
    name="studio-content",
    label=_("Content"),
    icon="message-square-text",
    order=30,
    right="content.moderate",
    count=queries.open_count,
)


@fills("studio.today", order=5)
def many_at_once(request: Any, *, community: Any, **context: Any) -> str:
    """A wave of reports against one member: one card, whatever its size. Nothing is hidden or
    banned by numbers."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    wave = queries.wave(community, now=timezone.now())
    if wave is None:
        return ""
    return render_to_string("moderation/wave.html", {"wave": wave, "community": community}, request)


@fills("studio.today", order=20)
def look_at(request: Any, *, community: Any, **context: Any) -> str:
    """How many reported things wait, with the latest of them."""
    if not (request.member and request.member.may("content.moderate")):
        return ""
    items, _more = queries.reported(community)
    if not items:
        return ""
    context = {"items": items[:3], "waiting": queries.open_count(community), "community": community}
    return render_to_string("moderation/today.html", context, request)


@fills("communities.membership", order=80)
def what_was_decided(request: Any, *, community: Any, **context: Any) -> str:
    """The way to the public log of decisions."""
    return render_to_string("moderation/log_link.html", {"community": community}, request)
