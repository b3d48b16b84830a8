from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.communities.models import Community
from banyan.communities.nav import add_studio_place
from banyan.communities.segments import queries as segments
from banyan.core.notices import PAGE, topic
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.people.rules import name_tags

from . import facets, queries, rules
from .actions import ECHO
from .models import Echo

topic(
    ECHO, label=_("Is this for me?"), one=_("Is this for you? One question"),
    many=_("%(n)s places ask: is this for you?"), icon="compass", order=75, channels=(PAGE,),
)  # fmt: skip
name_tags(
    facets.PREFIX,
    lambda key: str(facets.NAMES[found[0]][found[1]]) if (found := facets.read_key(key)) else key,
)
nav.place(
    "me", "welcome", label=_("What fits me"), icon="compass", order=40,
    url=lambda request: reverse("welcome"),
)  # fmt: skip
add_studio_place(
    key="profile", name="studio-profile", label=_("What it is like"), icon="compass", order=81,
    right="settings.edit",
)  # fmt: skip
add_studio_place(
    key="arrivals", name="studio-arrivals", label=_("Who comes"), icon="footprints", order=24,
    right="members.see",
)  # fmt: skip


def _by_fit(found: Any, band: str) -> Any:
    least, most = {
        "high": (rules.HIGH, 1.01), "middle": (rules.MIDDLE, rules.HIGH), "low": (0, rules.MIDDLE),
    }[band]  # fmt: skip
    return found.filter(
        arrival__expected__gte=round(least * 100), arrival__expected__lt=round(most * 100)
    )


segments.offer(
    "fit",
    _("Expected fit"),
    [
        ("high", pgettext_lazy("fit", "High")),
        ("middle", pgettext_lazy("fit", "Middle")),
        ("low", pgettext_lazy("fit", "Low")),
    ],
    _by_fit,
)


@fills("discover.acts")
def three_steps(request: Any) -> str:
    """From the directory to the three steps."""
    return render_to_string("matching/to_welcome.html", {}, request=request)


@fills("communities.join")
def a_week_here(request: Any, *, community: Community) -> str:
    """Taste before joining: a week as it usually goes, beside the charter."""
    week = queries.week_of(Community.objects.select_related("profile").get(pk=community.pk))
    return render_to_string("matching/week.html", {"week": week}, request) if week else ""


@fills("communities.membership")
def is_this_for_you(request: Any, *, community: Community) -> str:
    """The question of day 14 or 45, until it is answered or skipped."""
    echo = Echo.objects.filter(member=request.member, answer="").order_by("-day").first()
    if echo is None:
        return ""
    return render_to_string("matching/echo.html", {"echo": echo}, request=request)
