"""What sharing shows on others' pages: the button, who sent the visitor, whose an order is."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.text import lang_of

from . import queries, rules, visits
from .models import Link

topic(
    "commission", label=_("What I earn by sharing"), one=_("Your commission can be paid out"),
    many=_("%(n)s of your commissions can be paid out"), icon="hand-coins", order=41,
)  # fmt: skip
topic(
    "doubt", label=_("Orders of mine that are doubted"),
    one=_("An order that came by your link waits for a look"),
    many=_("%(n)s orders that came by your links wait for a look"), icon="scan-search", order=42,
)  # fmt: skip
topic(
    "doubt-answer", under="doubt", label=_("Orders of mine that are doubted"),
    one=_("An order that came by your link was looked at"),
    many=_("%(n)s orders that came by your links were looked at"), icon="scan-search", order=43,
)  # fmt: skip
add_studio_place(
    key="sharing", name="studio-sharing", label=_("Sharing"), icon="share-2", order=46,
    right="campaigns.run",
)  # fmt: skip
add_studio_place(
    key="commission", name="studio-commission", label=_("Commission"), icon="hand-coins", order=47,
    right="campaigns.run",
)  # fmt: skip


def _button(request: Any, kind: str, thing: Any) -> str:
    return render_to_string(
        "sharing/parts/button.html",
        {
            "community": request.community,
            "kind": kind,
            "thing": thing,
            "is_member": request.member is not None and request.member.is_in,
        },
        request,
    )


@fills("catalog.product.aside", order=90)
def share_the_product(request: Any, *, product: Any, **_more: Any) -> str:
    return _button(request, rules.PRODUCT, product) if product.is_published else ""


@fills("campaigns.group.share")
def share_the_group(request: Any, *, team: Any) -> str:
    return _button(request, rules.TEAM, team) if team.paid else ""


@fills("content.post.acts")
def share_the_post(request: Any, *, post: Any) -> str:
    return _button(request, rules.POST, post) if post.is_published else ""


@fills("communities.home.aside", order=85)
def share_the_community(request: Any, *, community: Any) -> str:
    return render_to_string(
        "sharing/parts/community.html",
        {
            "community": community,
            "kind": rules.COMMUNITY,
            "thing": community,
            "is_member": request.member is not None and request.member.is_in,
        },
        request,
    )


@fills("community.top")
def who_sent_you(request: Any) -> str:
    """After a link that earns: who shared it, and that they earn. Costs nothing without a link."""
    community = getattr(request, "community", None)
    if community is None or visits.COOKIE not in request.COOKIES:
        return ""
    seen = visits.of(request, community.pk)
    if seen is None:
        return ""
    link = Link.objects.select_related("member__person").filter(pk=seen.link_id).first()
    if link is None or (request.member is not None and request.member.pk == link.member_id):
        return ""
    earns = queries.earns(link.member_id)
    person = link.member.person
    return render_to_string(
        "sharing/parts/sent.html",
        {"visit": seen.visit, "earns": earns, "person": person,
         "person_lang": lang_of(str(person), person.lang)},
        request,
    )  # fmt: skip


@fills("studio.today", order=12)
def doubts_to_settle(request: Any, *, community: Any, **_more: Any) -> str:
    if not (request.member and request.member.may("campaigns.run")):
        return ""
    waiting = queries.doubts_here(community).count()
    if not waiting:
        return ""
    return render_to_string(
        "sharing/parts/studio_today.html", {"n": waiting, "community": community}, request
    )


@fills("orders.studio.deal", order=60)
def whose_order_it_is(request: Any, *, order: Any) -> str:
    found = queries.attribution_of(order.pk)
    if found is None:
        return ""
    return render_to_string(
        "sharing/parts/studio_order.html",
        {
            "attribution": found,
            "community": request.community,
            "commissions": list(found.commissions.order_by("level")),
            "may_void": request.member.may("campaigns.run"),
        },
        request,
    )
