"""What memberships show on others' pages: menus, what is inside a post and the way to it."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.communities.rules import PUBLIC
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.text import render_markdown
from banyan.core.ui import nav

from . import queries, rules

topic(
    "paid-level", label=_("My paid memberships"), one=_("Your membership waits for its payment"),
    many=_("%(n)s memberships of yours wait for their payment"), icon="badge-check", order=44,
    hint=_("Before one ends, while it waits for its payment, and when it has run out."),
)  # fmt: skip
for key, icon, one, many in (
    ("soon", "badge-check", _("Your membership ends within days"),
     _("%(n)s memberships of yours end within days")),
    ("still", "badge-check", _("Your membership is not paid yet; it closes within days"),
     _("%(n)s memberships of yours are not paid yet; they close within days")),
    ("last", "badge-check", _("Last day to keep your membership"),
     _("Last day to keep %(n)s memberships of yours")),
    ("over", "badge-check", _("Your membership has run out"),
     _("%(n)s memberships of yours have run out")),
    ("gift", "gift", _("You were given a membership"), _("You were given %(n)s memberships")),
):  # fmt: skip
    topic(
        f"paid-level-{key}", under="paid-level", label=_("My paid memberships"), one=one,
        many=many, icon=icon, order=44,
    )  # fmt: skip
add_studio_place(
    key="tiers", name="studio-tiers", label=_("Memberships"), icon="badge-check", order=46,
    right="campaigns.run",
)  # fmt: skip


def _here(request: Any) -> str | None:
    """Only where memberships are sold or held; known with the community."""
    community = getattr(request, "community", None)
    if community is None or rules.HERE not in community.switches:
        return None
    member = request.member
    if community.visibility != PUBLIC and not (member is not None and member.is_in):
        return None
    return url(community, "tiers")


nav.place("me", "tiers", label=_("Memberships"), icon="badge-check", order=32, url=_here)


@fills("content.post.inner")
def for_members_of_a_tier(request: Any, *, post: Any) -> str:
    """In full for whoever has the tier; for others that there is more, and how to read it."""
    if post.state == "erased":
        return ""
    seen = queries.inner_of(post, request.community, request.member)
    if seen is None:
        return ""
    html = mark_safe(render_markdown(seen.inner.body)) if seen.is_open else ""
    return render_to_string(
        "tiers/parts/inner.html",
        {
            "inner": seen.inner, "html": html, "community": request.community, "post": post,
            "may_take_out": request.member is not None and request.member.may("campaigns.run"),
        },
        request,
    )  # fmt: skip


@fills("content.post.acts", order=70)
def write_the_inner_part(request: Any, *, post: Any) -> str:
    member = request.member
    if member is None or rules.HERE not in request.community.switches:
        return ""
    if post.author_id != member.pk or not member.may("campaigns.run"):
        return ""
    return render_to_string(
        "tiers/parts/write_inner.html", {"post": post, "community": request.community}, request
    )
