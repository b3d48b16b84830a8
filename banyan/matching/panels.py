from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_studio_place
from banyan.communities.segments import queries as segments
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.people.rules import name_tags

from . import facets, queries, rules
from .actions import LATE_DAYS
from .models import DAYS, Echo

WEEK_SECONDS = 300

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


def week_key(community_id: int) -> str:
    return f"matching:week:{community_id}:{get_language()}"


@fills("discover.acts")
def three_steps(request: Any) -> str:
    """From the directory to the three steps."""
    return render_to_string("matching/to_welcome.html", {}, request=request)


@fills("communities.home.aside", order=60)
def a_week_here(request: Any, *, community: Community) -> str:
    """Taste before joining: a week as it usually goes, for who is not in. One query in a while."""
    member = request.member
    if member is not None and member.is_in:
        return ""
    key = week_key(community.pk)
    week = cache.get(key)
    if week is None:
        fresh = Community.objects.select_related("profile").get(pk=community.pk)
        week = queries.week_of(fresh)
        cache.set(key, week, WEEK_SECONDS)
    return render_to_string("matching/week.html", {"week": week}, request) if week else ""


@fills("communities.home.main", order=5)
def is_this_for_you(request: Any, *, community: Community) -> str:
    """Asked once on day 14 and once on day 45; asks the database only in those weeks."""
    member = request.member
    if member is None or not member.is_in or member.joined_at is None:
        return ""
    since = timezone.now() - member.joined_at
    if not timedelta(days=min(DAYS)) <= since <= timedelta(days=max(DAYS) + LATE_DAYS):
        return ""
    echo = Echo.objects.filter(member=member, answer="").order_by("-day").first()
    if echo is None:
        return ""
    return render_to_string("matching/echo.html", {"echo": echo}, request=request)
