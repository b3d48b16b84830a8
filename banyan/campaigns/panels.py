"""What campaigns show on others' pages: the product, the till, the order, the studio."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.ui import nav

from . import queries, rules
from .actions import claims, seats
from .listeners import BUYING, JOINING, OPENING
from .models import Campaign, Claim, Team

topic(
    "group-on", label=_("Groups I buy in"), one=_("Your group has closed, and it is on"),
    many=_("%(n)s of your groups have closed, and they are on"), icon="users-round", order=36,
)  # fmt: skip
topic(
    "group-short", under="group-on", label=_("Groups that fell short"),
    one=_("Your group did not come about; your money is on its way back"),
    many=_("%(n)s of your groups did not come about; your money is on its way back"),
    icon="undo-2", order=37,
)  # fmt: skip
topic(
    "group-moved", under="group-on", label=_("A place in a new group"),
    one=_("You paid after your group had closed, so you lead a new one"),
    many=_("You paid late and lead %(n)s new groups"), icon="users-round", order=38,
)  # fmt: skip
topic(
    "group-lead", under="group-on", label=_("A group that I lead now"),
    one=_("You lead the group now"), many=_("You lead %(n)s groups now"),
    icon="users-round", order=39,
)  # fmt: skip

add_studio_place(
    key="campaigns", name="studio-campaigns", label=_("Campaigns"), icon="users-round", order=44,
    right="campaigns.run",
)  # fmt: skip


def _new(request: Any) -> str | None:
    member = getattr(request, "member", None)
    if member is None or not member.may("campaigns.run"):
        return None
    return url(request.community, "studio-campaign-new")


def _new_sale(request: Any) -> str | None:
    to = _new(request)
    return f"{to}?kind={rules.FLASH_SALE}" if to else None


nav.place("studio_new", "flash", label=_("Flash sale"), icon="zap", order=31, url=_new_sale)
nav.place("studio_new", "campaign", label=_("Group buy"), icon="users-round", order=30, url=_new)


@fills("catalog.product.aside", order=20)
def buy_together(request: Any, *, product: Any, offers: Any, **_more: Any) -> str:
    """The group buy of this product: its steps, open groups to join, opening one; or its sale."""
    now = timezone.now()
    campaign = queries.running(request.community, product.pk, now=now)
    if campaign is None or not product.is_published:
        return ""
    member = request.member if request.member is not None and request.member.is_in else None
    variants = [
        offer.variant for offer in offers
        if not offer.is_sold_out and campaign.variant_id in (None, offer.variant.pk)
    ]  # fmt: skip
    begun = campaign.starts_at <= now
    if campaign.is_flash:
        return _for_a_short_time(request, campaign, product, variants, member, begun=begun)
    return render_to_string(
        "campaigns/parts/product.html",
        {
            "campaign": campaign,
            "community": request.community,
            "product": product,
            "plan": [(count, campaign.money(minor)) for count, minor in campaign.plan],
            "teams": queries.open_teams(campaign, member, now=now) if begun else [],
            "begun": begun,
            "is_member": member is not None,
            "sells": member is not None and seats.runs_the_shop(member),
            "variants": variants,
        },
        request,
    )


def _for_a_short_time(
    request: Any, campaign: Campaign, product: Any, variants: Any, member: Any, *, begun: bool
) -> str:
    mine = claims.held_by(campaign, member) if member is not None and begun else 0
    most = min(campaign.most_each - mine, campaign.pieces_left)
    return render_to_string(
        "campaigns/parts/sale.html",
        {
            "campaign": campaign, "community": request.community, "product": product,
            "variants": variants, "begun": begun, "mine": mine, "most": range(1, most + 1),
            "is_member": member is not None,
            "sells": member is not None and seats.runs_the_shop(member),
            "alone": campaign.money(product.price_from_minor),
        },
        request,
    )  # fmt: skip


@fills("orders.checkout.deal")
def what_is_paid_now(request: Any, *, counted: Any) -> str:
    """Why it costs this, and what may come back."""
    kind, pk = counted.basket.deal_kind, counted.basket.deal_id
    team: Team | None = None
    if kind == JOINING:
        team = Team.objects.select_related("campaign", "leader__person").filter(pk=pk).first()
        campaign = team.campaign if team else None
    elif kind in (OPENING, BUYING):
        campaign = Campaign.objects.filter(pk=pk).first()
    else:
        return ""
    if campaign is None:
        return ""
    return render_to_string(
        f"campaigns/parts/{'sale_' if campaign.is_flash else ''}checkout.html",
        {
            "team": team,
            "campaign": campaign,
            "community": counted.community,
            "counted": counted,
            "later": [(count, campaign.money(minor), campaign.money(campaign.plan[0][1] - minor))
                      for count, minor in campaign.plan[1:]],
        },
        request,
    )  # fmt: skip


@fills("orders.order.deal")
def my_group(request: Any, *, order: Any) -> str:
    """On the buyer's order: the group it belongs to."""
    return _of_order(request, order, "campaigns/parts/order.html")


@fills("orders.studio.deal")
def its_group(request: Any, *, order: Any) -> str:
    """On the shop's side of the order."""
    return _of_order(request, order, "campaigns/parts/studio_order.html")


def _of_order(request: Any, order: Any, template: str) -> str:
    if order.deal_kind == BUYING:
        return _of_sale(request, order, template)
    if order.deal_kind not in (OPENING, JOINING):
        return ""
    seat = queries.seat_of_order(order.pk)
    if seat is None:
        return ""
    now = timezone.now()
    return render_to_string(
        template,
        {
            "order": order, "seat": seat, "team": seat.team, "campaign": seat.team.campaign,
            "community": seat.community, "is_open": seat.team.is_open(now),
            "is_in": seat.state in rules.HELD,
        },
        request,
    )  # fmt: skip


def _of_sale(request: Any, order: Any, template: str) -> str:
    """On an order of a flash sale: what it was, for the buyer and for the shop."""
    claim = Claim.objects.select_related("campaign", "community").filter(order=order).first()
    if claim is None:
        return ""
    given = {"claim": claim, "campaign": claim.campaign, "community": claim.community,
             "in_studio": "studio" in template}  # fmt: skip
    return render_to_string("campaigns/parts/sale_order.html", given, request)
