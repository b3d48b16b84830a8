"""What the charter shows on others' pages."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_place, add_studio_place
from banyan.core.slots import fills

from . import queries

add_place(
    key="charter", name="charter", label=_("Charter"), icon="scroll-text", order=60, on_tabs=False
)

add_studio_place(
    key="charter", name="studio-charter", label=_("Charter"), icon="scroll-text", order=80,
    right="charter.edit",
)  # fmt: skip


@fills("communities.home.aside", order=30)
def what_we_hold_to(request: Any, *, community: Community) -> str:
    charter = queries.standing_for_card(request)
    if charter is None:
        return ""
    said = charter.said
    icons = ["banyan-leaf", "heart", "shield-check", "sprout", "hand-heart"]
    lines = [*said.values, *said.conventions][:5] or [said.goal]
    return render_to_string(
        "culture/card.html",
        {
            "community": community,
            "charter": charter,
            "said": said,
            "lines": list(zip(icons, lines, strict=False)),
        },
        request=request,
    )


@fills("communities.membership")
def my_signature(request: Any, *, community: Community) -> str:
    charter = queries.standing(community)
    if charter is None:
        return ""
    return render_to_string(
        "culture/my_signature.html",
        {
            "community": community,
            "charter": charter,
            "signed_version": queries.signed_version(request.member),
        },
        request=request,
    )
