"""Members' pages: their leaves with every reason, and the page that thanks somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.money import Money, percent
from banyan.core.refusals import Refusal
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import giving
from .actions import rewards as swapping
from .models import Reward, Thanks

LINES, MOST = 30, 200


@member_only
@require_safe
def mine(request: Any) -> HttpResponse:
    """A member's leaves here: how many, why, until when, and what gives more."""
    community, member, now = request.community, request.member, timezone.now()
    terms, currency = queries.terms_of(community.pk), currency_of(community.pk)
    page = Paginator(queries.lots_of(member), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "leaves/mine.html",
        {
            "purse": queries.purse_of(member, now=now),
            "page": page,
            "lots": queries.with_things(page.object_list),
            "given": _given(request, now),
            "terms": terms,
            "thanks_worth": Money(terms.thanks_minor, currency) if terms else None,
            "order_percent": f"{percent(terms.order_bp)}%" if terms else "",
            "thanks_left": queries.thanks_left(member, terms, now=now) if terms else 0,
            "hold_days": rules.THANKS_HOLD_DAYS,
            "has_rewards": queries.has_rewards(community),
            "now": now,
        },
    )


def _given(request: Any, now: Any) -> list[Thanks]:
    """The last thank-yous a member gave; `may_undo` while they can be taken back."""
    rows = (
        Thanks.objects.of(request.community)
        .filter(giver=request.member)
        .select_related("receiver__person", "lot__book", "lot__order")
        .order_by("-at")[:10]
    )
    found = list(rows)
    for one in found:
        one.lot.thanks = one
        is_early = one.lot.state == rules.PENDING and now < one.lot.available_at
        one.may_undo = one.undone_at is None and is_early  # type: ignore[attr-defined]
    queries.with_things([one.lot for one in found])
    return found


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def thank(request: Any, kind: str, id: UUID) -> HttpResponse:
    """What a thank-you gives and who pays for it; POST gives it."""
    if kind not in dict(rules.KINDS):
        raise Http404
    community, member, now = request.community, request.member, timezone.now()
    thing = queries.thing_of(community, kind, id)
    terms = queries.terms_of(community.pk)
    if thing is None or terms is None or not terms.thanks_minor or thing.author_id == member.pk:
        raise Http404
    told, sentence, status = queries.told(thing), "", 200
    if request.method == "POST":
        try:
            made = giving.thank(by=member, kind=kind, thing=thing, now=now)
        except Refusal as refusal:
            sentence, status = str(refusal.sentence), refusal.status
        else:
            undo = url(community, "thanks-undo", id=made.public_id)
            toast(request, _("Thanked. It comes out of the community’s leaves."), undo=undo)
            return redirect(told.url)
    return render(
        request,
        "leaves/thank.html",
        {
            "thing": told,
            "excerpt": thing.body,
            "excerpt_lang": thing.lang,
            "amount": Money(terms.thanks_minor, currency_of(community.pk)),
            "left": queries.thanks_left(member, terms, now=now),
            "a_month": terms.thanks_a_month,
            "thanked": queries.thanked_for(kind, thing.pk),
            "has_thanked": Thanks.objects.filter(
                giver=member, kind=kind, thing_id=thing.pk, undone_at=None
            ).exists(),
            "sentence": sentence,
        },
        status=status,
    )


@member_only
@require_POST
def unthank(request: Any, id: UUID) -> HttpResponse:
    """A thank-you of one's own, taken back; anybody else's is not there."""
    rows = Thanks.objects.of(request.community).filter(giver=request.member)
    giving.unthank(
        thanks=get_object_or_404(rows, public_id=id), by=request.member, now=timezone.now()
    )  # fmt: skip
    toast(request, _("Taken back."))
    return redirect(url(request.community, "leaves"))


@member_only
@require_safe
def rewards(request: Any) -> HttpResponse:
    """The shop for leaves, and what a member took there."""
    return _rewards(request)


def _rewards(request: Any, *, sentence: str = "", status: int = 200) -> HttpResponse:
    community, member, now = request.community, request.member, timezone.now()
    purse = queries.purse_of(member, now=now)
    shown = queries.rewards_here(community).filter(state=rules.ON)
    page = Paginator(queries.exchanges_of(member), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "leaves/rewards.html",
        {
            "purse": purse,
            "usable": purse.available.minor if purse else 0,
            "rewards": list(shown[:MOST]),
            "page": page,
            "sentence": sentence,
        },
        status=status,
    )


@member_only
@require_POST
def exchange(request: Any, id: UUID) -> HttpResponse:
    rows = Reward.objects.of(request.community).select_related("book")
    reward = get_object_or_404(rows, public_id=id)
    price = whole_number(request.POST.get("price", ""), digits=11)
    try:
        made = swapping.exchange(
            reward=reward, by=request.member, key=request.form_key, price_minor=price,
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _rewards(request, sentence=str(refusal.sentence), status=refusal.status)
    undo = url(request.community, "exchange-undo", id=made.public_id)
    toast(request, _("Exchanged. The shop knows and hands it over."), undo=undo)
    return redirect(url(request.community, "rewards"))


@member_only
@require_POST
def exchange_undo(request: Any, id: UUID) -> HttpResponse:
    """One's own, before it is handed over; anybody else's is not there."""
    rows = queries.exchanges_of(request.member).filter(community=request.community)
    swapping.undo(
        exchange=get_object_or_404(rows, public_id=id), by=request.member, now=timezone.now()
    )  # fmt: skip
    toast(request, _("Undone. Your leaves are back."))
    return redirect(url(request.community, "rewards"))
