"""Operators' pages: drafting campaigns, putting them up, watching and stopping them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.catalog.models import Product, Variant
from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.money import Money
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import planning
from .forms import CampaignForm, SaleForm, StopForm
from .models import Campaign

RIGHT = "campaigns.run"
MOST_PRODUCTS = 500


@operator(RIGHT)
@require_safe
def campaigns(request: Any) -> HttpResponse:
    rows = queries.list_in_studio(request.community)
    return render(request, "campaigns/studio_campaigns.html", {"rows": rows})


def _form(
    request: Any, campaign: Campaign | None, initial: dict[str, Any] | None = None, *, kind: str
) -> CampaignForm | SaleForm:
    currency = currency_of(request.community.pk)
    products: list[Product] = []
    variants: list[Variant] = []
    if campaign is None:
        rows = Product.objects.of(request.community).on_shelf().order_by("title", "pk")
        products = list(rows[:MOST_PRODUCTS])
    else:
        rows = Variant.objects.for_sale().filter(product=campaign.product)
        variants = list(rows.order_by("position", "pk"))
    form = SaleForm if kind == rules.FLASH_SALE else CampaignForm
    return form(
        request.POST or None, initial=initial, currency=currency, products=products,
        variants=variants, product=campaign.product if campaign else None,
    )  # fmt: skip


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(rules.KINDS) else rules.GROUP_BUY
    days = 2 if kind == rules.FLASH_SALE else 7
    with timezone.override(ZoneInfo(request.community.zone)):
        start = timezone.localtime().replace(minute=0, second=0, microsecond=0)
        initial = {
            "starts_at": start, "ends_at": start + timedelta(days=days), "size": 10, "hours": 48,
            "most_each": 1, "seats_1": 3, "product": request.GET.get("product", ""),
        }  # fmt: skip
        form = _form(request, None, initial, kind=kind)
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            product = (
                Product.objects.of(request.community).with_currency()
                .filter(pk=given.pop("product")).first()
            )  # fmt: skip
            if product is None:
                raise Http404
            try:
                made = planning.draft(
                    product=product, by=request.member, now=timezone.now(), kind=kind, **given
                )
            except planning.BadPlan as refusal:
                form.add_error(form.FIRST, str(refusal.sentence))
            else:
                toast(request, _("Drafted. Nobody sees it before you put it up."))
                return redirect(url(request.community, "studio-campaign", id=made.public_id))
        return _edit_page(request, form, None, kind)


def _edit_page(
    request: Any, form: CampaignForm | SaleForm, campaign: Campaign | None, kind: str
) -> HttpResponse:
    zero = Money(0, form.currency).display(request.LANGUAGE_CODE)
    sign = "".join(mark for mark in zero if not mark.isdigit() and mark not in "., ").strip()
    return render(
        request, f"campaigns/studio_{'sale_' if kind == rules.FLASH_SALE else ''}edit.html",
        {"form": form, "campaign": campaign, "sign": sign, "zone": request.community.zone},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, id: UUID) -> HttpResponse:
    campaign = queries.campaign_at(request.community, id)
    if campaign.state != rules.DRAFT:
        raise planning.WrongMoment
    names = ("size", "hours", "most_each")
    with timezone.override(ZoneInfo(request.community.zone)):
        initial = {name: getattr(campaign, name) for name in names} | {
            "starts_at": timezone.localtime(campaign.starts_at),
            "ends_at": timezone.localtime(campaign.ends_at),
            "variant": campaign.variant_id or "",
        }
        for n, (seats, minor) in enumerate(campaign.plan, 1):
            initial |= {f"seats_{n}": seats, f"price_{n}": campaign.money(minor).as_text()}
        initial["price"] = campaign.first_price.as_text()
        form = _form(request, campaign, initial, kind=campaign.kind)
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            given["variant"] = Variant.objects.filter(
                pk=given.get("variant") or 0, product=campaign.product
            ).first()
            try:
                planning.change(campaign=campaign, by=request.member, now=timezone.now(), **given)
            except planning.BadPlan as refusal:
                form.add_error(form.FIRST, str(refusal.sentence))
            else:
                toast(request, _("Saved."))
                return redirect(url(request.community, "studio-campaign", id=id))
        return _edit_page(request, form, campaign, campaign.kind)


@operator(RIGHT)
@require_safe
def campaign(request: Any, id: UUID) -> HttpResponse:
    return _page(request, queries.campaign_at(request.community, id))


def _page(request: Any, found: Campaign, *, sentence: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    if found.is_flash:
        return _sale_page(request, found, sentence=sentence, status=status)
    page = Paginator(queries.teams_in_studio(found), 20).get_page(request.GET.get("page"))
    seats = queries.seats_of(list(page))
    for team in page:
        team.campaign = found
        team.all_seats = seats[team.pk]
        team.can_complete = team.is_open(now) and team.paid > 0
        team.is_due = team.state == rules.OPEN and not team.is_open(now)
    return render(
        request,
        "campaigns/studio_campaign.html",
        {
            "campaign": found,
            "page": page,
            "plan": [(seats, found.money(minor)) for seats, minor in found.plan],
            "is_draft": found.state == rules.DRAFT,
            "can_withdraw": found.state == rules.SCHEDULED and found.starts_at > now,
            "can_stop": found.state in rules.RUNS,
            "stop_form": StopForm(),
            "sentence": sentence,
        },
        status=status,
    )


def _sale_page(request: Any, found: Campaign, *, sentence: str, status: int) -> HttpResponse:
    now = timezone.now()
    page = Paginator(queries.claims_in_studio(found), 20).get_page(request.GET.get("page"))
    return render(
        request, "campaigns/studio_sale.html",
        {
            "campaign": found, "page": page, "is_draft": found.state == rules.DRAFT,
            "can_withdraw": found.state == rules.SCHEDULED and found.starts_at > now,
            "can_stop": found.state in rules.RUNS, "stop_form": StopForm(), "sentence": sentence,
        },
        status=status,
    )  # fmt: skip


def _do(request: Any, id: UUID, verb: Any, said: str) -> HttpResponse:
    found = queries.campaign_at(request.community, id)
    try:
        verb(found)
    except Refusal as refusal:
        fresh = queries.campaign_at(request.community, id)
        return _page(request, fresh, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, said)
    return redirect(url(request.community, "studio-campaign", id=id))


@operator(RIGHT)
@require_POST
def put_up(request: Any, id: UUID) -> HttpResponse:
    return _do(
        request, id,
        lambda c: planning.put_up(campaign=c, by=request.member, now=timezone.now()),
        _("It is up."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def withdraw(request: Any, id: UUID) -> HttpResponse:
    return _do(
        request, id,
        lambda c: planning.withdraw(campaign=c, by=request.member, now=timezone.now()),
        _("It is a draft again."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def stop(request: Any, id: UUID) -> HttpResponse:
    form = StopForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    said = _("Stopped. Whoever was in an open group gets the money back.")
    if queries.campaign_at(request.community, id).is_flash:
        said = _("Stopped. What was ordered at this price stays.")
    return _do(
        request, id,
        lambda c: planning.stop(campaign=c, by=request.member, now=timezone.now(), reason=reason),
        said,
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def discard(request: Any, id: UUID) -> HttpResponse:
    planning.discard(campaign=queries.campaign_at(request.community, id), by=request.member)
    toast(request, _("The draft is gone."))
    return redirect(url(request.community, "studio-campaigns"))


@operator(RIGHT)
@require_POST
def complete(request: Any, id: UUID) -> HttpResponse:
    team = queries.team_at(request.community, id)
    return _do(
        request, team.campaign.public_id,
        lambda _c: planning.complete(team=team, by=request.member, now=timezone.now()),
        _("You completed the group. Its orders can be packed."),
    )  # fmt: skip
