"""Members' pages: what runs here, one group, opening, joining and leaving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from banyan.catalog.models import Variant
from banyan.communities import rules as places
from banyan.communities.doors import member_only, reader
from banyan.communities.places import full_url, url
from banyan.core.refusals import Refusal, WrongMoment
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast
from banyan.orders.actions import baskets, refunding
from banyan.orders.models import Order

from . import queries, roots, rules
from .actions import claims, seats
from .listeners import BUYING, JOINING, OPENING
from .models import Campaign, Team


def _member(request: Any) -> Any:
    return request.member if request.member is not None and request.member.is_in else None


@reader
@require_safe
def group_buys(request: Any) -> HttpResponse:
    """What can be bought together, or at a lower price for a short time, here now."""
    found = queries.list_here(request.community, now=timezone.now())
    return render(
        request, "campaigns/group_buys.html",
        {
            "groups": [one for one in found if not one.is_flash],
            "sales": [one for one in found if one.is_flash],
            "may_run": _may_run(request), "here": "shop",
        },
    )  # fmt: skip


def _may_run(request: Any) -> bool:
    return bool(request.member and request.member.may("campaigns.run"))


@reader
@require_safe
def group(request: Any, id: UUID) -> HttpResponse:
    return page(request, queries.team_at(request.community, id))


def page(request: Any, team: Team, *, sentence: str = "", status: int = 200) -> HttpResponse:
    now, member = timezone.now(), _member(request)
    shown, campaign = queries.shown(team, member), team.campaign
    product = campaign.product
    variants = offered(campaign)
    alone = min((v.price_minor for v in variants), default=None)
    sells = member is not None and seats.runs_the_shop(member)
    is_open = team.is_open(now)
    return render(
        request,
        "campaigns/group.html",
        {
            "here": "shop",
            "page_is_wide": True,
            "team": team,
            "campaign": campaign,
            "product": product,
            "shown": shown,
            "past": None if shown.mine else queries.my_past_seat(team, member),
            "state": team.state if is_open or team.state != rules.OPEN else rules.CLOSED,
            "is_open": is_open,
            "is_member": member is not None,
            "sells": sells,
            "can_join": is_open and not shown.mine and team.places_left > 0 and not sells
            and product.is_published and bool(variants) and campaign.is_running(now),
            "can_leave": is_open and shown.mine is not None and shown.mine.state == rules.PAID,
            "alone": campaign.money(alone) if alone is not None else None,
            "variants": variants,
            "picture": roots.draw(
                shown.people, count=team.count, size=team.size, steps=campaign.plan,
                currency=campaign.currency,
            ),
            "address": full_url(request.community, "group", id=team.public_id),
            "share": share_of(request, team) if request.community.visibility == places.PUBLIC
            else None,
            "may_run": _may_run(request),
            "sentence": sentence,
        },
        status=status,
    )  # fmt: skip


def share_of(request: Any, team: Team) -> dict[str, str]:
    product = team.campaign.product
    cover = product.cover.sized(1280) if product.cover_id else ""
    return {
        "title": _("Buy together: %(title)s") % {"title": product.here_title},
        "text": product.here_line,
        "url": full_url(request.community, "group", id=team.public_id),
        "site": request.community.here_name,
        "picture": cover if not cover or "://" in cover else request.build_absolute_uri(cover),
        "kind": "product",
    }


def offered(campaign: Campaign) -> list[Variant]:
    """What can be bought in a campaign and is left."""
    rows = Variant.objects.for_sale().filter(product_id=campaign.product_id)
    if campaign.variant_id:
        rows = rows.filter(pk=campaign.variant_id)
    return [row for row in rows.order_by("position", "pk") if row.is_in_stock]


def _chosen(request: Any, campaign: Campaign) -> Variant:
    pk = whole_number(request.POST.get("variant", ""), digits=17)
    rows = Variant.objects.of(request.community).select_related("product")
    found: Variant | None = rows.filter(pk=pk, product_id=campaign.product_id).first()
    if found is None or campaign.variant_id not in (None, found.pk):
        raise baskets.NotForSale
    return found


def _to_checkout(
    request: Any, kind: str, id: int, campaign: Campaign, *, quantity: int = 1
) -> HttpResponse:
    if seats.runs_the_shop(request.member):
        raise seats.ShopsHoldNoSeats
    basket = baskets.for_deal(
        community=request.community, variant=_chosen(request, campaign), person=request.user,
        kind=kind, id=id, now=timezone.now(), quantity=quantity,
    )  # fmt: skip
    return redirect("checkout", id=basket.public_id)


@member_only
@require_POST
def open_group(request: Any, id: UUID) -> HttpResponse:
    """On to the checkout; the group opens with the order."""
    campaign = queries.campaign_at(request.community, id)
    if campaign.is_flash or not campaign.is_running(timezone.now()):
        raise seats.DealOver
    return _to_checkout(request, OPENING, campaign.pk, campaign)


@member_only
@require_POST
def buy_in_sale(request: Any, id: UUID) -> HttpResponse:
    """On to the checkout with so many pieces; they are kept with the order."""
    campaign = queries.campaign_at(request.community, id)
    if not campaign.is_flash or not campaign.is_running(timezone.now()):
        raise seats.DealOver
    if not campaign.pieces_left:
        raise claims.SoldOut
    wanted = whole_number(request.POST.get("quantity", "1"), digits=3, other=1)
    share = campaign.most_each - claims.held_by(campaign, request.member)
    if share < 1:
        raise claims.EnoughPieces
    quantity = max(min(wanted, share, campaign.pieces_left), 1)
    return _to_checkout(request, BUYING, campaign.pk, campaign, quantity=quantity)


@member_only
@require_POST
def join(request: Any, id: UUID) -> HttpResponse:
    """On to the checkout; the place is kept with the order."""
    team = queries.team_at(request.community, id)
    shown = queries.shown(team, request.member)
    if shown.mine is not None:
        return redirect("order", no=shown.mine.order.number)
    refused: type[Refusal] | None = None
    if not team.is_open(timezone.now()):
        refused = seats.TeamHasClosed
    elif not team.places_left:
        refused = seats.TeamIsFull
    if refused is not None:
        return page(request, team, sentence=str(refused.sentence), status=refused.status)
    return _to_checkout(request, JOINING, team.pk, team.campaign)


class NoPlaceHere(WrongMoment):
    sentence = _lazy("You have no place in this group.")


@member_only
@require_POST
def leave(request: Any, id: UUID) -> HttpResponse:
    """Give the place up while the group is open: everything comes back."""
    team = queries.team_at(request.community, id)
    mine = queries.shown(team, request.member).mine
    if mine is None:
        raise NoPlaceHere
    order = Order.objects.whole_by_id(mine.order_id)
    if order is None:
        raise Http404
    try:
        refunding.cancel(order=order, by=request.user, by_buyer=True, now=timezone.now())
    except Refusal as refusal:
        fresh = queries.team_at(request.community, id)
        return page(request, fresh, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, _("You have left the group. Your money is on its way back."))
    return redirect(url(request.community, "group", id=id))
