"""Operators' pages: drafting discounts, making them active, ending them, what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.catalog.models import Product
from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.money import Money
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of
from banyan.tiers import queries as tiers

from . import queries, rules, words
from .actions import coupons, planning
from .forms import DiscountForm, TogetherForm
from .models import Discount

RIGHT = coupons.RIGHT


@operator(RIGHT)
@require_safe
def discounts(request: Any) -> HttpResponse:
    rows = queries.list_in_studio(request.community)
    for one in rows:
        one.takes_off = words.takes_off(one)
    pairs = ["+".join(pair) for pair in queries.together(request.community)]
    return render(
        request, "pricing/studio/discounts.html",
        {"rows": rows, "together": TogetherForm(initial={"pairs": pairs})},
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def together(request: Any) -> HttpResponse:
    form = TogetherForm(request.POST)
    if form.is_valid():
        planning.choose_together(
            community=request.community, by=request.member, pairs=form.chosen(),
            now=timezone.now(),
        )  # fmt: skip
        toast(request, _("Saved."))
    return redirect(url(request.community, "studio-discounts"))


def _form(
    request: Any, discount: Discount | None, initial: dict[str, Any] | None = None
) -> DiscountForm:
    currency = currency_of(request.community.pk)
    products = Product.objects.of(request.community).on_shelf().order_by("title", "pk")
    return DiscountForm(
        request.POST or None, initial=initial, currency=currency,
        products=list(products[: rules.MOST_PRODUCTS]), tiers=tiers.on_offer(request.community),
    )  # fmt: skip


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    with timezone.override(ZoneInfo(request.community.zone)):
        start = timezone.localtime().replace(minute=0, second=0, microsecond=0)
        form = _form(request, None, {"starts_at": start})
        if request.method == "POST" and form.is_valid():
            try:
                made = planning.draft(by=request.member, now=timezone.now(), **form.terms())
            except (planning.CodeTaken, planning.CodeMissing) as refusal:
                form.add_error("code", str(refusal.sentence))
            else:
                toast(request, _("Drafted. It takes nothing off before you make it active."))
                return redirect(url(request.community, "studio-discount", id=made.public_id))
        return _edit_page(request, form, None)


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, id: UUID) -> HttpResponse:
    discount = queries.at(request.community, id)
    if discount.state != rules.DRAFT:
        raise planning.WrongMoment
    same = ("kind", "name", "code", "products", "members_only", "first_only", "is_shown", "most",
            "most_each")  # fmt: skip
    with timezone.override(ZoneInfo(request.community.zone)):
        initial = {name: getattr(discount, name) for name in same} | {
            "percent": Decimal(discount.percent_bp) / 100 if discount.percent_bp else None,
            "tier": discount.tier_id,
            "amount": discount.amount.as_text() if discount.amount_minor else "",
            "least": discount.least.as_text() if discount.least_minor else "",
            "least_pieces": discount.least_pieces or None,
            "starts_at": timezone.localtime(discount.starts_at),
            "ends_at": timezone.localtime(discount.ends_at) if discount.ends_at else None,
        }
        form = _form(request, discount, initial)
        if request.method == "POST" and form.is_valid():
            try:
                planning.change(
                    discount=discount, by=request.member, now=timezone.now(), **form.terms()
                )
            except (planning.CodeTaken, planning.CodeMissing) as refusal:
                form.add_error("code", str(refusal.sentence))
            else:
                toast(request, _("Saved."))
                return redirect(url(request.community, "studio-discount", id=id))
        return _edit_page(request, form, discount)


def _edit_page(request: Any, form: DiscountForm, discount: Discount | None) -> HttpResponse:
    zero = Money(0, form.currency).display(request.LANGUAGE_CODE)
    sign = "".join(mark for mark in zero if not mark.isdigit() and mark not in "., ").strip()
    return render(
        request, "pricing/studio/edit.html",
        {"form": form, "discount": discount, "sign": sign, "zone": request.community.zone},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@operator(RIGHT)
@require_safe
def discount(request: Any, id: UUID) -> HttpResponse:
    return _page(request, queries.at(request.community, id))


def _page(request: Any, found: Discount, *, sentence: str = "", status: int = 200) -> HttpResponse:
    uses, cost = queries.cost_of([found]).get(found.pk, (0, Money(0, found.currency)))
    return render(
        request,
        "pricing/studio/discount.html",
        {
            "discount": found,
            "takes_off": words.takes_off(found),
            "terms": words.terms(found),
            "products": list(Product.objects.of(request.community).filter(pk__in=found.products)),
            "uses": uses,
            "cost": cost,
            "page": Paginator(queries.savings_of(found), 20).get_page(request.GET.get("page")),
            "unused": list(queries.unused_of(found)[:50]),
            "is_draft": found.state == rules.DRAFT,
            "is_active": found.state == rules.ACTIVE,
            "sentence": sentence,
        },
        status=status,
    )


def _do(request: Any, id: UUID, verb: Any, said: str) -> HttpResponse:
    found = queries.at(request.community, id)
    try:
        verb(found)
    except Refusal as refusal:
        fresh = queries.at(request.community, id)
        return _page(request, fresh, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, said)
    return redirect(url(request.community, "studio-discount", id=id))


@operator(RIGHT)
@require_POST
def activate(request: Any, id: UUID) -> HttpResponse:
    return _do(
        request, id,
        lambda d: planning.activate(discount=d, by=request.member, now=timezone.now()),
        _("It is active."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def end(request: Any, id: UUID) -> HttpResponse:
    return _do(
        request, id,
        lambda d: planning.end(discount=d, by=request.member, now=timezone.now()),
        _("It is over. Orders that were placed with it keep their price."),
    )  # fmt: skip


@operator(RIGHT)
@require_POST
def discard(request: Any, id: UUID) -> HttpResponse:
    planning.discard(discount=queries.at(request.community, id), by=request.member)
    toast(request, _("The draft is gone."))
    return redirect(url(request.community, "studio-discounts"))


@operator(RIGHT)
@require_POST
def revoke(request: Any, id: UUID) -> HttpResponse:
    coupon = queries.coupon_at(request.community, id)
    return _do(
        request, coupon.discount.public_id,
        lambda _d: coupons.revoke(coupon=coupon, by=request.member, now=timezone.now()),
        _("The coupon is taken back."),
    )  # fmt: skip
