"""What orders show on others' pages: the buy box, menus, today's parcels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from banyan.catalog.queries import Offer, sum_up
from banyan.communities import nav as places
from banyan.communities.places import url
from banyan.core.ids import read_id
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.culture.goals import measures
from banyan.ledger import references

from . import queries, visitors
from .models import Order

MOST_AS_CHIPS = 16

measures.register(
    measures.Measure(
        key="parcels", label=_("Parcels sent within three days"), count=queries.sent_in_time,
        place="shop",
    )
)  # fmt: skip

nav.place(
    "top",
    "cart",
    label=_("Basket"),
    icon="shopping-bag",
    order=40,
    url=lambda request: reverse("cart"),
    count=lambda request: visitors.count_of(request) or None,
)


def _orders_url(request: Any) -> str | None:
    return reverse("orders") if request.user.is_authenticated else None


nav.place("me", "orders", label=_("My orders"), icon="package", order=30, url=_orders_url)
places.add_studio_place(
    key="orders", name="studio-orders", label=_("Orders"), icon="package", order=50,
    right="orders.see", on_tabs=True, count=lambda c: queries.to_pack_count(c) or None,
)  # fmt: skip
places.add_studio_place(
    key="shipping", name="studio-shipping", label=_("Post and tax"), icon="truck", order=85,
    right="settings.edit",
)  # fmt: skip


def _box(product: Any, offers: Sequence[Offer]) -> dict[str, Any]:
    open_ones = [offer for offer in offers if not offer.is_sold_out]
    best = sum_up(offers)
    chosen = next((o for o in open_ones if o.variant == best.variant), offers[0])
    lefts = [9 if o.left is None else o.left for o in open_ones]
    most = min(max(lefts, default=0), 9)
    return {
        "product": product,
        "offers": offers,
        "single": offers[0] if len(offers) == 1 and not offers[0].variant.label else None,
        "many": len(offers) > MOST_AS_CHIPS,
        "option_names": " / ".join(product.options) or gettext("Variant"),
        "chosen": chosen,
        "varies": best.varies,
        "sold_out": not open_ones,
        "most": most,
        "counts": range(1, most + 1),
    }


@fills("catalog.product.buy", order=50)
def buy_box(request: Any, *, product: Any, offers: Sequence[Offer], **_more: Any) -> str:
    """Which variant, and how many. The button stands in the bar."""
    return render_to_string("orders/parts/buy.html", _box(product, offers), request)


@fills("catalog.product.bar", order=50)
def buy_bar(request: Any, *, product: Any, offers: Sequence[Offer], **_more: Any) -> str:
    return render_to_string("orders/parts/bar.html", _box(product, offers), request)


@fills("studio.today.work", order=20)
def parcels_to_pack(request: Any, *, community: Any, **_more: Any) -> str:
    if not request.member.may("orders.see"):
        return ""
    count = queries.to_pack_count(community)
    if not count:
        return ""
    late = _late(community)
    numbers = ", ".join(order.number for order in late[:4])
    return render_to_string(
        "orders/parts/today_side.html",
        {"community": community, "count": count, "late": numbers, "late_count": len(late)},
        request,
    )


@fills("studio.today.work", order=11)
def a_way_of_sending(request: Any, *, community: Any, **_more: Any) -> str:
    """A first step: what needs post cannot be bought before there is a rate."""
    if not request.member.may("settings.edit") or not queries.lacks_a_rate(community):
        return ""
    return render_to_string("orders/parts/first_rate.html", {"community": community}, request)


def _late(community: Any) -> list[Order]:
    return list(Order.objects.of(community).late(now=timezone.now()).order_by("paid_at", "pk")[:50])


@fills("studio.today", order=10)
def late_parcels(request: Any, *, community: Any, **_more: Any) -> str:
    """Paid more than three days ago and not packed: named, oldest first."""
    if not request.member.may("orders.see"):
        return ""
    late = _late(community)
    if not late:
        return ""
    days = (timezone.now() - late[0].paid_at).days if late[0].paid_at else 0
    title = ngettext(
        "%(n)d order is waiting too long to be packed",
        "%(n)d orders are waiting too long to be packed",
        len(late),
    ) % {"n": len(late)}
    text = gettext("%(numbers)s. The oldest was paid %(days)d days ago.") % {
        "numbers": ", ".join(order.number for order in late[:4]),
        "days": days,
    }
    why = gettext("An order counts as late when it is paid for 3 days and not packed.")
    need = {
        "kind": "mend",
        "title": title,
        "text": text,
        "why": why,
        "steps": [
            {
                "label": gettext("Pack the late ones"),
                "url": url(community, "studio-orders") + "?show=late",
                "kind": "buy",
            }
        ],
    }
    return render_to_string("ui/parts/need_card.html", {"need": need}, request)


@fills("studio.today", order=5)
def stuck_refunds(request: Any, *, community: Any, **_more: Any) -> str:
    """Money that a provider would not pay back: somebody must look."""
    if not request.member.may("orders.refund"):
        return ""
    stuck = queries.unfinished_refunds(community)
    if not stuck:
        return ""
    first = stuck[0].order
    title = ngettext(
        "%(n)d refund did not go through", "%(n)d refunds did not go through", len(stuck)
    ) % {"n": len(stuck)}
    text = gettext("The provider would not pay it back: %(numbers)s. Look, then try again.") % {
        "numbers": ", ".join(refund.order.number for refund in stuck[:4])
    }
    need = {
        "kind": "mend",
        "title": title,
        "text": text,
        "steps": [
            {
                "label": gettext("See the order"),
                "url": url(community, "studio-order", no=first.number),
                "kind": "buy",
            }
        ],
    }
    return render_to_string("ui/parts/need_card.html", {"need": need}, request)


@references.register
def names_of_orders(oids: list[str]) -> dict[str, references.Reference]:
    """For the statements of the ledger: an order's number, its page and its page in the studio."""
    rows = Order.objects.filter(public_id__in=[read_id(oid) for oid in oids])
    return {
        order.oid: references.Reference(
            order.number,
            reverse("order", kwargs={"no": order.number}),
            url(order.community, "studio-order", no=order.number),
        )
        for order in rows.select_related("community")
    }


@references.register_guests
def ordered_as_guest(person: Any) -> list[str]:
    """What somebody ordered before they had an account, for their wallet; newest 500."""
    rows = queries.of_person(person).filter(person=None).order_by("-id")[:500]
    return [order.oid for order in rows.only("public_id")]
