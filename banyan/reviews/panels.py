"""Reviews on others' pages: the product, the order, the studio, the moderators' queue."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.moderation.objects import Kind, register
from banyan.orders import rules as orders

from . import queries, rules
from .actions import mover

_DAY = 24 * 3600

topic(
    "review-ask", label=_("A review of what I bought"), one=_("How do you like it?"),
    many=_("%(n)s things you bought: how do you like them?"), icon="star", order=40,
)  # fmt: skip
topic(
    "review-answer", under="review-ask", label=_("Answers to my reviews"),
    one=_("The shop answered your review"), many=_("The shop answered %(n)s reviews of yours"),
    icon="message-square", order=41,
)  # fmt: skip

add_studio_place(
    key="reviews", name="studio-reviews", label=_("Reviews"), icon="star", order=43,
    right="catalog.edit",
)  # fmt: skip

register(
    Kind(
        key="review",
        label=_("Review"),
        born="ReviewWritten",
        find=queries.find,
        load=queries.load,
        latest=queries.latest,
        hide=mover(rules.HIDDEN),
        restore=mover(rules.PUBLISHED),
        remove=mover(rules.REMOVED),
        again=queries.again,
        revive=mover(rules.PUBLISHED, rules.REMOVED),
    )
)


def _kept(request: Any, product: Any) -> dict[str, str]:
    """What all see, drawn once for each version of the product."""
    place = request.community
    key = f"reviews:{get_language()}:{place.zone}:{product.pk}:{product.version}"
    parts: dict[str, str] | None = cache.get(key)
    if parts is None:
        first = queries.first_of(product)
        shown = {"first": first, "product": product, "community": place}
        parts = {"head": "", "below": ""}
        if product.rating.number or first or product.hidden_reviews:
            for name in parts:
                parts[name] = render_to_string(f"reviews/parts/{name}.html", shown).strip()
        cache.set(key, parts, _DAY)
    return parts


@fills("catalog.product.head")
def stars(request: Any, *, product: Any, **_more: Any) -> str:
    """The mean and how many, below the title."""
    return _kept(request, product)["head"]


@fills("catalog.product.below", order=20)
def what_buyers_say(request: Any, *, product: Any, **_more: Any) -> str:
    """How many of which stars, the most helpful reviews, the way to all of them."""
    member = getattr(request, "member", None)
    below = _kept(request, product)["below"]
    can_write = member is not None and member.is_in and product.is_published
    if not below and not can_write:
        return ""
    shown = {
        "below": below, "product": product, "community": request.community, "can_write": can_write,
    }  # fmt: skip
    return render_to_string("reviews/parts/product.html", shown, request)


@fills("orders.order.below")
def say_what_you_think(request: Any, *, order: Any, **_more: Any) -> str:
    """On a member's order that came: the way to a review of each product in it."""
    member = getattr(request, "member", None)
    came = order.state in (orders.RECEIVED, orders.COMPLETED) or (
        order.state == orders.FULFILLING and order.shipped_at is not None
    )
    if not came or member is None or not member.is_in:
        return ""
    rows = queries.of_order(order, member)
    if not rows:
        return ""
    shown = {"rows": rows, "community": order.community}
    return render_to_string("reviews/parts/order.html", shown, request)
