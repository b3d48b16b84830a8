"""What the charter shows on others' pages."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_place, add_studio_place
from banyan.core.slots import fills
from banyan.core.ui import nav

from . import queries
from .examples import queries as examples
from .experiments import queries as experiments
from .goals import queries as goals
from .pulse import queries as pulse
from .pulse import rules as pulse_rules
from .rituals import queries as rituals
from .welcome import queries as welcome

add_place(
    key="charter", name="charter", label=_("Charter"), icon="scroll-text", order=60, on_tabs=False
)

add_studio_place(
    key="charter", name="studio-charter", label=_("Charter"), icon="scroll-text", order=80,
    right="charter.edit",
)  # fmt: skip
add_studio_place(
    key="culture", name="studio-culture", label=_("Culture"), icon="sprout", order=65,
    right="culture.run",
)  # fmt: skip


nav.place(
    "me", "start", label=_("Start a community"), icon="sprout", order=95,
    url=lambda request: reverse("start") if request.user.is_authenticated else None,
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


@fills("communities.home.aside", order=20)
def what_we_are_at(request: Any, *, community: Community) -> str:
    """The question about belonging, goals, the next ritual, newcomers to be answered."""
    now = timezone.now()
    shown = {
        "goals": [
            goal
            for goal in goals.on_home(request, now=now)
            if experiments.is_shown(request, "goal", goal.pk)
        ],
        "rituals": [
            row
            for row in rituals.on_home(request, now=now)
            if experiments.is_shown(request, "ritual", row["ritual"].pk)
        ],
        "newcomers": welcome.on_home(request),
        "question": pulse.on_home(request, now=now),
    }
    if not any(shown.values()):
        return ""
    shown["question"] = dict(pulse_rules.QUESTIONS).get(shown["question"])
    shown |= {"scores": pulse_rules.SCORES, "community": community}
    return render_to_string("culture/together.html", shown, request=request)


@fills("content.post.aside", order=60)
def example_of(request: Any, *, post: Any, **context: Any) -> str:
    """What of the charter this post is an example of, and the way to name it."""
    member = request.member if request.member and request.member.is_in else None
    ids = examples.clauses_of(request, "post", post.pk)
    ours = queries.standing_for_card(request) if ids else None
    lines = {ident: line for ident, _kind, line in ours.rows(ours.said)} if ours else {}
    may_name = (
        member is not None
        and post.is_published
        and post.author_id != member.pk
        and experiments.is_shown(request, "nomination")
    )
    found = [(ident, lines[ident]) for ident in ids if ident in lines]
    if not found and not may_name:
        return ""
    shown = {
        "found": found, "post": post, "may_name": may_name, "community": request.community,
        "said": ours.said if ours else None,
    }  # fmt: skip
    return render_to_string("culture/post_example.html", shown, request=request)
