from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.ui import nav


def address(request: Any) -> str:
    """Where the field at the top looks: in the community one is in, if one may read it."""
    community = getattr(request, "community", None)
    member = getattr(request, "member", None)
    if community is None:
        return reverse("search")
    is_in = member is not None and member.is_in
    is_shut = member is not None and member.state == "banned"
    if is_shut or (community.visibility != "public" and not is_in):
        return reverse("search")
    return url(community, "search-here")


nav.place("top", "search", label=_("Search"), icon="search", order=5, url=address)
add_studio_place(
    key="searches", name="studio-searches", label=_("Searches"), icon="search", order=36,
    right="content.moderate",
)  # fmt: skip
