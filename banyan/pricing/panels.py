"""What discounts show on others' pages: the shop, the till, the order, menus."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.slots import fills
from banyan.core.ui import nav

from . import queries, rules, words

add_studio_place(
    key="discounts", name="studio-discounts", label=_("Discounts"), icon="tag", order=45,
    right="campaigns.run",
)  # fmt: skip


def _new(request: Any) -> str | None:
    member = getattr(request, "member", None)
    if member is None or not member.may("campaigns.run"):
        return None
    return url(request.community, "studio-discount-new")


nav.place("studio_new", "discount", label=_("Discount"), icon="tag", order=31, url=_new)


def _gives_out(community: Any) -> bool:
    return bool(community.switches.get(rules.SHOWS))


@fills("catalog.shop.acts", order=20)
def to_the_coupons(request: Any, **_more: Any) -> str:
    """While the shop gives some out; known without a statement."""
    if not _gives_out(request.community):
        return ""
    return render_to_string("pricing/parts/shop.html", {"community": request.community}, request)


@fills("orders.checkout.code")
def a_code(request: Any, *, counted: Any) -> str:
    """A field for a code where there are codes, and the coupons that the buyer holds."""
    lowered, community = counted.lowered, counted.community
    is_deal = bool(counted.basket.deal_kind)
    if not lowered.code and (is_deal or not queries.here(community).has_coupons):
        return ""
    ready = []
    if not is_deal and counted.person is not None:
        ready = queries.ready(community, counted.person, now=timezone.now())
        for coupon in ready:
            coupon.takes_off = words.takes_off(coupon.discount)
    return render_to_string(
        "pricing/parts/till.html",
        {
            "counted": counted,
            "community": community,
            "lowered": lowered,
            "ready": [one for one in ready if one.discount.code != lowered.code],
            "gives_out": _gives_out(community) and not is_deal,
            "is_deal": is_deal,
        },
        request,
    )


@fills("orders.order.deal", order=60)
def what_was_taken_off(request: Any, *, order: Any) -> str:
    return _of_order(request, order, is_studio=False)


@fills("orders.studio.deal", order=60)
def what_it_cost(request: Any, *, order: Any) -> str:
    return _of_order(request, order, is_studio=request.member.may("campaigns.run"))


def _of_order(request: Any, order: Any, *, is_studio: bool) -> str:
    if not order.off_minor:
        return ""
    return render_to_string(
        "pricing/parts/order.html",
        {
            "order": order, "savings": queries.of_order(order), "community": order.community,
            "is_studio": is_studio,
        },
        request,
    )  # fmt: skip


@fills("tiers.tier.gains", order=20)
def cheaper_with_a_tier(request: Any, *, tier: Any) -> str:
    """Member prices that come with a paid tier."""
    found = queries.for_tier(tier, now=timezone.now())
    for one in found:
        one.takes_off, one.terms = words.takes_off(one), words.goods(one)
    return render_to_string("pricing/parts/tier.html", {"discounts": found}) if found else ""
