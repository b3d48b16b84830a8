from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.communities.nav import add_studio_place
from banyan.core.slots import fills
from banyan.people.actions import consented
from banyan.people.rules import ADDRESS

from .unpack import SWITCH

add_studio_place(
    key="moving", name="studio-moving", label=_("Out and in"), icon="package-open", order=86,
    right="members.admit",
)  # fmt: skip


@fills("communities.membership", order=60)
def may_they_have_my_address(request: Any, *, community: Community) -> str:
    yes = consented(request.user, ADDRESS, community.pk) is not None
    return render_to_string("moving/address.html", {"yes": yes}, request=request)


@fills("communities.home.aside", order=25)
def were_you_there(request: Any, *, community: Community) -> str:
    """Where a community came from elsewhere, its people may take their history."""
    if not community.has(SWITCH, default=False):
        return ""
    return render_to_string("moving/were_you_there.html", {}, request=request)


@fills("culture.start")
def from_a_file(request: Any) -> str:
    return render_to_string("moving/start_link.html", {}, request=request)
