"""What leaves show on others' pages: the wallet, a way to thank, how often one was thanked."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.content import acts
from banyan.core.notices import topic
from banyan.core.slots import fills

from . import queries, rules, shared

topic(
    "leaves", label=_("Leaves I am given"), one=_("A member thanked you with leaves"),
    many=_("You were thanked with leaves %(n)s times"), icon="banyan-leaf", order=42,
)  # fmt: skip
add_studio_place(
    key="leaves", name="studio-leaves", label=_("Leaves"), icon="banyan-leaf", order=73,
    right="campaigns.run",
)  # fmt: skip
add_studio_place(
    key="rewards", name="studio-rewards", label=_("Rewards"), icon="gift", order=74,
    right="campaigns.run",
)  # fmt: skip


@fills("ledger.wallet.top")
def leaf_wallets(request: Any, *, person: Any) -> str:
    purses = queries.purses(person, now=timezone.now())
    if not purses:
        return ""
    return render_to_string("leaves/parts/wallets.html", {"purses": purses}, request)


def _may_thank(request: Any, author_id: int) -> bool:
    member = request.member
    if member is None or not member.is_in or author_id == member.pk:
        return False
    return bool(request.community.switches.get(rules.THANK_YOUS))


@fills("content.post.acts", order=60)
def thank_for_the_post(request: Any, *, post: Any) -> str:
    if not post.is_published or not _may_thank(request, post.author_id):
        return ""
    return render_to_string(
        "leaves/parts/thank_post.html",
        {"community": request.community, "kind": rules.POST, "thing": post}, request,
    )  # fmt: skip


@fills("communities.home.aside", order=50)
def shared_with_members(request: Any, *, community: Any) -> str:
    found = shared.read(request, now=timezone.now())
    if found is None:
        return ""
    is_in = request.member is not None and request.member.is_in
    return render_to_string(
        "leaves/parts/shared.html",
        {"shared": found, "is_in": is_in, "community": community}, request,
    )  # fmt: skip


@acts.on_comments
def thank_for_the_comment(community: Any) -> list[acts.Act]:
    if not community.switches.get(rules.THANK_YOUS):
        return []
    return [acts.Act("thank", gettext("Thank"))]


@fills("content.post.aside", order=70)
def who_thanked(request: Any, *, post: Any) -> str:
    """How many members thanked for the post."""
    if not post.is_published or rules.THANK_YOUS not in request.community.switches:
        return ""
    thanked = queries.thanked_for(rules.POST, post.pk)
    if thanked is None:
        return ""
    return render_to_string(
        "leaves/parts/thanked.html", {"thanked": thanked, "post": post}, request
    )
