"""The board's place in the studio, and where the tree is, on Today."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.slots import fills

from . import brought, queries, stages

RIGHT = "health.see"

add_studio_place(
    key="health", name="studio-health", label=_("Health"), icon="activity", order=15, right=RIGHT
)


@fills("sharing.studio.figures")
def do_they_stay(request: Any, *, community: Community) -> str:
    """Members who were brought in beside those who came alone, once the days were counted."""
    board = queries.board_of(community)
    if board.upto is None or not request.member.may(RIGHT):
        return ""
    said = brought.context(community, board.upto)
    if said is None:
        return ""
    return render_to_string("health/brought.html", said, request=request)


@fills("studio.today.side", order=60)
def where_this_tree_is(request: Any, *, community: Community) -> str:
    if not request.member.may(RIGHT):
        return ""
    board = queries.board_of(community)
    if board.upto is None:
        return ""
    return render_to_string(
        "health/today.html",
        {
            "stage": community.stage,
            "meaning": stages.MEANING[community.stage],
            "conditions": [stages.NAMES[key] for key in board.conditions],
            "stage_url": url(community, "studio-health-stage"),
        },
        request=request,
    )
