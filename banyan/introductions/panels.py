"""Introductions in the menus, among the news, and before the moderators."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities import switches
from banyan.communities.models import Community
from banyan.communities.nav import add_studio_place
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.culture import asking
from banyan.moderation.objects import register

from . import actions, moderated, queries

switches.offer(queries.SWITCH, _("Members may be introduced to each other"))
topic(
    actions.TOPIC, label=_("Introductions"), one=_("Somebody here likes what you like"),
    many=_("Somebody here likes what you like"), icon="handshake", order=28,
)  # fmt: skip
register(moderated.KIND)
asking.writes("meet-write")


@fills("communities.members.head")
def meet_one(request: Any, **context: Any) -> str:
    """From everybody to one; the way stands among the members, not in the menu."""
    member = getattr(request, "member", None)
    if member is None or not member.is_in or not request.community.has(queries.SWITCH):
        return ""
    return render_to_string("introductions/to_meet.html", {}, request=request)


@fills("communities.membership", order=60)
def my_introductions(request: Any, *, community: Community) -> str:
    if not community.has(queries.SWITCH):
        return ""
    context = {"is_on": queries.is_willing(request.member)}
    return render_to_string("introductions/mine.html", context, request=request)


add_studio_place(
    key="introductions", name="studio-introductions", label=_("Introductions"), icon="handshake",
    order=27, right="content.moderate",
)  # fmt: skip
