from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_place, add_studio_place
from banyan.communities.places import url
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.culture.goals import measures

from . import queries
from .views import own_zone

measures.register(
    measures.Measure(
        key="gatherings",
        label=_("People going to events that took place"),
        count=queries.attended,
        place="gatherings",
    )
)

add_place(
    key="gatherings", name="gatherings", label=_("Events"), icon="calendar-days", order=40,
    on_tabs=False,
)  # fmt: skip
add_studio_place(
    key="gatherings", name="studio-gatherings", label=_("Events"), icon="calendar-days", order=39,
    right="content.edit",
)  # fmt: skip


def _new(request: Any) -> str | None:
    member = getattr(request, "member", None)
    if member is None or not member.may("content.edit"):
        return None
    return url(request.community, "studio-gathering-new")


nav.place("studio_new", "gathering", label=_("Event"), icon="calendar-plus", order=40, url=_new)


@fills("communities.home.aside", order=20)
def what_comes_next(request: Any, *, community: Community) -> str:
    """The next meeting, for those who may read here."""
    member = request.member
    is_in = member is not None and member.is_in
    if not is_in and community.visibility != "public":
        return ""
    now = timezone.now()
    found = queries.next_one(community, now=now)
    if found is None:
        return ""
    when = queries.when(found, now=now, own_zone=own_zone(request))
    context = {"gathering": found, "when": when, "community": community}
    return render_to_string("gatherings/card.html", context, request)
