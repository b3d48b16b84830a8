"""Operators' pages: what came by sharing, and what is paid for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.catalog.models import Product
from banyan.communities.doors import named_member, operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of

from . import fonts, queries, rules, things
from .actions import attributing, earning, linking, payouts
from .forms import OfferForm, PayoutForm, TermsForm, VoidForm
from .models import Attribution, Doubt, Link, Offer, Payout

RIGHT, MONEY_RIGHT = "campaigns.run", "money.costs"
LINES, MOST_PRODUCTS = 30, 500


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: Any) -> HttpResponse:
    """How sharing goes; POST changes how it is counted."""
    community, now = request.community, timezone.now()
    terms = queries.terms_of(community.pk)
    initial = {
        "window_days": terms.window_days,
        "inviter_keeps": terms.inviter_keeps_from is not None,
    }
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        linking.change_terms(by=request.member, now=now, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect(url(community, "studio-sharing"))
    page = Paginator(queries.links_in_studio(community), LINES).get_page(request.GET.get("page"))
    shown = things.of(community, {(link.kind, link.thing_id) for link in page})
    for link in page:
        link.thing = shown.get((link.kind, link.thing_id))
    return render(
        request,
        "sharing/studio_sharing.html",
        {
            "figures": queries.figures(community, now=now),
            "page": page,
            "form": form,
            "can_write_chinese": fonts.can_write_chinese(),
            "may_pay": request.member.may(MONEY_RIGHT),
        },
        status=422 if request.method == "POST" else 200,
    )


def _link(request: Any, id: UUID) -> Link:
    return get_object_or_404(Link.objects.of(request.community), public_id=id)


@operator(RIGHT)
@require_POST
def link_off(request: Any, id: UUID) -> HttpResponse:
    linking.turn_off(link=_link(request, id), by=request.member, now=timezone.now())
    toast(request, _("Turned off. It still leads on, and counts for nobody."))
    return redirect(url(request.community, "studio-sharing") + "#links")


@operator(RIGHT)
@require_POST
def link_on(request: Any, id: UUID) -> HttpResponse:
    linking.turn_on(link=_link(request, id), by=request.member, now=timezone.now())
    toast(request, _("It counts again."))
    return redirect(url(request.community, "studio-sharing") + "#links")


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def commission(request: Any) -> HttpResponse:
    """What is offered, what was earned, what is to be paid out; POST makes an offer."""
    form = _offer_form(request)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["product_ids"] = given.pop("products")
        try:
            earning.offer(by=request.member, now=timezone.now(), **given)
        except Refusal as refusal:
            return _page(request, form, sentence=str(refusal.sentence), status=refusal.status)
        toast(request, _("Offered. Members who accept it earn from now on."))
        return redirect(url(request.community, "studio-commission"))
    return _page(request, form, status=422 if request.method == "POST" else 200)


def _offer_form(request: Any) -> OfferForm:
    currency = currency_of(request.community.pk)
    products = Product.objects.of(request.community).on_shelf().order_by("title", "pk")
    return OfferForm(
        request.POST or None, initial={"hold_days": rules.HOLD_DAYS}, currency=currency,
        products=list(products[:MOST_PRODUCTS]),
    )  # fmt: skip


def _page(
    request: Any, form: OfferForm | None, *, sentence: str = "", status: int = 200,
    payout_form: Any = None, payee: Any = None,
) -> HttpResponse:  # fmt: skip
    community = request.community
    page = Paginator(queries.commissions_here(community), LINES).get_page(request.GET.get("page"))
    offer = queries.running_offer(community)
    payees, may_pay = queries.payees(community), request.member.may(MONEY_RIGHT)
    for one in payees:
        bound = payout_form is not None and payee == one.member
        one_form = payout_form if bound else PayoutForm(
            currency=one.purse.held.currency, auto_id=f"id_{one.member.oid}_%s",
            initial={"amount": one.purse.available.as_text()},
        )  # fmt: skip
        one.form, one.is_open = one_form, bound
    return render(
        request,
        "sharing/studio_commission.html",
        {
            "offer": offer,
            "only_for": list(
                things.of(community, [(rules.PRODUCT, pk) for pk in offer.product_ids]).values()
            )
            if offer
            else [],
            "promoters": offer.promoters.filter(left_at=None).count() if offer else 0,  # type: ignore[attr-defined]
            "form": form or _offer_form(request),
            "payees": payees,
            "payouts": list(queries.payouts_here(community)[:LINES]),
            "doubts": list(queries.doubts_here(community)[:LINES]),
            "page": page,
            "may_pay": may_pay,
            "sentence": sentence,
        },
        status=status,
    )


@operator(RIGHT)
@require_POST
def offer_end(request: Any, id: UUID) -> HttpResponse:
    offer = get_object_or_404(Offer.objects.of(request.community), public_id=id)
    earning.end(offer=offer, by=request.member, now=timezone.now())
    toast(request, _("Ended. Orders that were placed before still earn."))
    return redirect(url(request.community, "studio-commission"))


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: Any, id: UUID) -> HttpResponse:
    """Say why an order does not count for whoever shared; what it earned is taken back."""
    rows = Attribution.objects.of(request.community)
    rows = rows.select_related("member__person", "order", "link", "doubt")
    found = get_object_or_404(rows, public_id=id)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attributing.void(
            attribution=found, by=request.member, reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )  # fmt: skip
        toast(request, _("It does not count any more."))
        return redirect(url(request.community, "studio-order", no=found.order.number))
    return render(
        request, "sharing/studio_void.html",
        {
            "attribution": found, "form": form,
            "commissions": list(found.commissions.exclude(state=rules.REVERSED)),
            "is_appealed": hasattr(found, "doubt") and found.doubt.state == rules.APPEALED,
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def counts(request: Any, id: UUID) -> HttpResponse:
    """Somebody has looked: a doubted order counts."""
    rows = Doubt.objects.of(request.community).select_related("attribution__member__person")
    found = get_object_or_404(rows, public_id=id).attribution
    attributing.let_count(attribution=found, by=request.member, now=timezone.now())
    toast(request, _("It counts."))
    return redirect(url(request.community, "studio-commission") + "#doubts")


@operator(MONEY_RIGHT)
@require_POST
def payout(request: Any, id: UUID) -> HttpResponse:
    member = named_member(request, id)
    currency = currency_of(request.community.pk)
    form = PayoutForm(request.POST, currency=currency, auto_id=f"id_{member.oid}_%s")
    if not form.is_valid():
        return _page(request, None, status=422, payout_form=form, payee=member)
    try:
        payouts.begin(
            member=member, amount_minor=form.cleaned_data["amount"], by=request.member,
            note=form.cleaned_data["note"], now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error("amount", str(refusal.sentence))
        return _page(request, None, status=refusal.status, payout_form=form, payee=member)
    toast(request, _("Noted. Say so here when it has arrived."))
    return redirect(url(request.community, "studio-commission") + "#payouts")


def _payout(request: Any, id: UUID) -> Payout:
    rows = Payout.objects.of(request.community).select_related("book")
    return get_object_or_404(rows, public_id=id)


@operator(MONEY_RIGHT)
@require_POST
def payout_done(request: Any, id: UUID) -> HttpResponse:
    payouts.done(payout=_payout(request, id), by=request.member, now=timezone.now())
    toast(request, _("Paid out."))
    return redirect(url(request.community, "studio-commission") + "#payouts")


@operator(MONEY_RIGHT)
@require_POST
def payout_back(request: Any, id: UUID) -> HttpResponse:
    payouts.came_back(payout=_payout(request, id), by=request.member, now=timezone.now())
    toast(request, _("It came back and can be paid out again."))
    return redirect(url(request.community, "studio-commission") + "#payouts")
