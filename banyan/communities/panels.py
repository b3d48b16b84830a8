from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.people.rules import name_tags

from . import queries, switches
from .models import Community
from .nav import add_place, add_studio_place
from .places import url
from .segments.rules import CARE_PREFIX

add_place(key="feed", name="community", label=_("Feed"), icon="house", order=10)
add_place(key="members", name="members", label=_("Members"), icon="users", order=50, on_tabs=False)


def _me(request: Any) -> str:
    if request.user.is_authenticated:
        return reverse("me")
    return f"{reverse('account_login')}?next={request.path}"


def _outside(name: str) -> Any:
    """Where one goes on to from pages that belong to no community."""

    def address(request: Any) -> str | None:
        is_inside = getattr(request, "community", None) is not None
        return None if is_inside or not request.user.is_authenticated else reverse(name)

    return address


nav.place("community_tabs", "home", label=_("Home"), icon="house", order=10, url=_outside("home"))
nav.place(
    "community_tabs", "discover", label=_("Discover"), icon="compass", order=20,
    url=_outside("discover"),
)  # fmt: skip
nav.place("community_tabs", "me", label=_("Me"), icon="user", order=90, url=_me)

add_studio_place(
    key="members", name="studio-members", label=_("Members"), icon="users", order=20,
    right="members.see", on_tabs=True, count=lambda c: queries.applications(c).count() or None,
)  # fmt: skip
switches.offer("invitations", _("Members may invite others"))
add_studio_place(
    key="entry", name="studio-entry", label=_("Coming in"), icon="door-open", order=82,
    right="settings.edit",
)  # fmt: skip
name_tags(CARE_PREFIX, lambda key: key.removeprefix(f"{CARE_PREFIX}."))
add_studio_place(
    key="segments", name="studio-segments", label=_("Segments"), icon="funnel", order=23,
    right="members.admit",
)  # fmt: skip
add_studio_place(
    key="invitations", name="studio-invitations", label=_("Invitations"), icon="ticket",
    order=22, right="members.admit",
)  # fmt: skip
add_studio_place(
    key="settings", name="studio-settings", label=_("Settings"), icon="settings", order=90,
    right="settings.edit",
)  # fmt: skip


@fills("studio.today", order=40)
def who_asks_to_come(request: Any, *, community: Community) -> str:
    """People wait for an answer: how many, since when, and the way to decide."""
    if not request.member.may("members.admit"):
        return ""
    waiting = list(queries.applications(community)[:20])
    if not waiting:
        return ""
    late = [member for member in waiting if member.due_at and member.due_at < timezone.now()]
    names = [str(member.person) for member in waiting[:3]]
    return render_to_string(
        "communities/need_applications.html",
        {
            "waiting": waiting,
            "names": names,
            "late": len(late),
            "due_at": waiting[0].due_at,
            "more": len(waiting) - len(names),
            "members_url": url(community, "studio-members"),
        },
        request=request,
    )
