"""Members' pages: the coupons of a shop, to take and to keep."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import member_only, reader
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast

from . import queries, rules, words
from .actions import coupons as actions


@reader
@require_safe
def coupons(request: Any) -> HttpResponse:
    """What this shop gives out, and what the viewer has of it."""
    return _page(request)


def _page(request: Any, *, sentence: str = "", status: int = 200) -> HttpResponse:
    now, community = timezone.now(), request.community
    member = request.member if request.member is not None and request.member.is_in else None
    mine = queries.of_person(community, request.user) if request.user.is_authenticated else []
    shown = []
    for one in queries.shown_here(community, now=now):
        own = [coupon for coupon in mine if coupon.discount_id == one.pk]
        shown.append(
            {
                "discount": one,
                "takes_off": words.takes_off(one),
                "terms": words.terms(one),
                "has_one": any(coupon.state == rules.CLAIMED for coupon in own),
                "has_all": one.most_each is not None and len(own) >= one.most_each,
                "is_gone": one.left == 0,
            }
        )
    for coupon in mine:
        coupon.takes_off = words.takes_off(coupon.discount)
        if coupon.state == rules.CLAIMED and not coupon.discount.is_on(now):
            coupon.state = rules.EXPIRED  # by the clock; the sweep writes it
    return render(
        request,
        "pricing/coupons.html",
        {
            "here": "shop",
            "shown": shown,
            "mine": mine,
            "is_member": member is not None,
            "may_run": member is not None and member.may(actions.RIGHT),
            "sentence": sentence,
        },
        status=status,
    )


@member_only
@require_POST
def take(request: Any, id: UUID) -> HttpResponse:
    discount = queries.at(request.community, id)
    try:
        actions.take(discount=discount, member=request.member, now=timezone.now())
    except Refusal as refusal:
        return _page(request, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, _("It is yours. Choose it at the checkout."))
    return redirect(url(request.community, "coupons"))
