"""Wishes on others' pages: the product, the shop, the studio's catalogue."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.places import url
from banyan.communities.rules import PUBLIC
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.ui import nav

from . import queries
from .listeners import PRICE, STOCK
from .views import draw

topic(
    STOCK, label=_("What I wait for is back"), one=_("It is back in the shop"),
    many=_("%(n)s things you wait for are back in the shop"), icon="package-check", order=42,
    hint=_("Only what you asked for. Nothing is put aside: whoever buys first has it."),
)  # fmt: skip
topic(
    PRICE, label=_("What I wish for costs less"), one=_("It costs less now"),
    many=_("%(n)s things you wish for cost less now"), icon="tag", order=43,
    hint=_("Only where you asked, and at most once a week for each product."),
)  # fmt: skip


def _mine(request: Any) -> str | None:
    """Inside a community; the list belongs to its shop."""
    community = getattr(request, "community", None)
    if community is None or not request.user.is_authenticated:
        return None
    member = getattr(request, "member", None)
    if community.visibility != PUBLIC and not (member is not None and member.is_in):
        return None
    return url(community, "wishes")


nav.place("me", "wishes", label=_("My wishes"), icon="heart", order=31, url=_mine)


@fills("catalog.product.aside", order=10)
def wish_for_it(request: Any, *, product: Any, offers: Any, **_more: Any) -> str:
    return draw(request, product, offers) if product.is_published and offers else ""


@fills("catalog.shop.acts", order=10)
def to_my_wishes(request: Any, **_more: Any) -> str:
    if not request.user.is_authenticated:
        return ""
    return render_to_string("wishes/parts/shop.html", {"community": request.community}, request)


@fills("catalog.studio.product", order=20)
def who_wishes_for_it(request: Any, *, product: Any, **_more: Any) -> str:
    figures = queries.figures_of([product.pk])[product.pk]
    return render_to_string("wishes/parts/studio_product.html", {"shown": figures.shown}, request)


@fills("catalog.studio.list", order=20)
def what_is_wished_for(request: Any, *, community: Any, **_more: Any) -> str:
    rows = queries.most_wished(community)
    if not rows:
        return ""
    shown = {"rows": rows, "community": community}
    return render_to_string("wishes/parts/studio_list.html", shown, request)
