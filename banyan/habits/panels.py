"""What habits show on others' pages: beside one's leaves, in the menu, beside a member's name."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.ui import nav

from . import queries, rules

topic(
    "quest", label=_("Quests I did"), one=_("You did a quest"),
    many=_("You did %(n)s quests"), icon="flag", order=43,
)  # fmt: skip
topic(
    "level", label=_("Levels I reach"), one=_("You reached a level"),
    many=_("You reached %(n)s levels"), icon="award", order=44,
)  # fmt: skip
topic(
    "gift-back", label=_("What was given to me and taken back"),
    one=_("Something you were given was taken back, with a reason"),
    many=_("%(n)s things you were given were taken back, with reasons"), icon="undo-2", order=45,
)  # fmt: skip
add_studio_place(
    key="habits", name="studio-habits", label=_("Days, quests, levels"), icon="calendar-check",
    order=75, right=rules.RIGHT,
)  # fmt: skip


def _address(request: Any) -> str | None:
    """For members, where there is something."""
    community = getattr(request, "community", None)
    if community is None or not queries.is_live(community):
        return None
    member = request.member
    return url(community, "habits") if member is not None and member.is_in else None


nav.place("me", "habits", label=_("Days and quests"), icon="flag", url=_address, order=33)


@fills("leaves.mine")
def check_in_beside_leaves(request: Any) -> str:
    """A small button where one's leaves are; nothing where there is nothing."""
    community = request.community
    if not queries.is_live(community):
        return ""
    is_on = rules.CHECK_IN in community.switches
    is_done = is_on and queries.is_done_today(request.member, now=timezone.now())
    return render_to_string(
        "habits/parts/beside_leaves.html",
        {"is_on": is_on, "is_done": is_done, "community": community}, request,
    )  # fmt: skip


@fills("content.member.chips")
def level_beside_the_name(request: Any, *, one: Any) -> str:
    if not one.is_in or not queries.is_live(request.community):
        return ""
    level = queries.level_shown(one.pk)
    return render_to_string("habits/parts/level.html", {"level": level}, request) if level else ""
