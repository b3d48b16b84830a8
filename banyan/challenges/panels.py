"""What challenges show on others' pages."""

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
from banyan.culture import asking

from . import actions, queries

add_place(
    key="challenges", name="challenges", label=_("Challenges"), icon="calendar-check", order=40,
    on_tabs=False,
)  # fmt: skip
add_studio_place(
    key="challenges", name="studio-challenges", label=_("Challenges"), icon="calendar-check",
    order=66, right=actions.RIGHT,
)  # fmt: skip
asking.writes("challenge-check-in")


def _new(request: Any) -> str | None:
    member = getattr(request, "member", None)
    if member is None or not member.may(actions.RIGHT):
        return None
    return url(request.community, "studio-challenge-new")


nav.place(
    "studio_new", "challenge", label=_("Challenge"), icon="calendar-check", order=60, url=_new
)


@fills("communities.home.aside", order=40)
def what_we_do_together(request: Any, *, community: Community) -> str:
    found = queries.on_home(request, now=timezone.now())
    if not found:
        return ""
    return render_to_string(
        "challenges/card.html",
        {"found": found, "community": community, "is_in": bool(request.member)
         and request.member.is_in},
        request=request,
    )  # fmt: skip
