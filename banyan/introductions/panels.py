"""Introductions in the menus, among the news, and before the moderators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.communities import switches
from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.notices import topic
from banyan.core.ui import nav
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


def _meet(request: Any) -> str | None:
    community = getattr(request, "community", None)
    member = getattr(request, "member", None)
    if community is None or member is None or not member.is_in:
        return None
    return url(community, "meet") if community.has(queries.SWITCH) else None


nav.place(
    "community", "meet", label=_("Meet a member"), icon="handshake", order=36, url=_meet
)  # fmt: skip
add_studio_place(
    key="introductions", name="studio-introductions", label=_("Introductions"), icon="handshake",
    order=27, right="content.moderate",
)  # fmt: skip
