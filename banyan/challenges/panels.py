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
from banyan.culture.experiments import queries as experiments
from banyan.culture.experiments import rules as experiment_rules
from banyan.culture.experiments import subjects

from . import actions, queries, rules
from .models import Challenge

add_place(
    key="challenges", name="challenges", label=_("Challenges"), icon="calendar-check", order=40,
    on_tabs=False,
)  # fmt: skip
add_studio_place(
    key="challenges", name="studio-challenges", label=_("Challenges"), icon="calendar-check",
    order=66, right=actions.RIGHT,
)  # fmt: skip
asking.writes("challenge-check-in")


def _open_ones(community: Community) -> list[tuple[int, str]]:
    rows = Challenge.objects.of(community).filter(state__in=[rules.SCHEDULED, rules.RUNNING])
    return [(row.pk, row.here_title) for row in rows]


subjects.register(
    subjects.Subject(
        key="challenge", label=_("Challenge"), what=_("Its shelf on the home page"),
        outcome=experiment_rules.WROTE, things=_open_ones,
    )
)  # fmt: skip


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
    found = [
        card
        for card in queries.on_home(request, now=timezone.now())
        if card.is_mine or experiments.is_shown(request, "challenge", card.challenge.pk)
    ]
    if not found:
        return ""
    return render_to_string(
        "challenges/card.html",
        {"found": found, "community": community, "is_in": bool(request.member)
         and request.member.is_in},
        request=request,
    )  # fmt: skip
