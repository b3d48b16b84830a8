"""Post and tax: the shop's ways of sending, and what holds for all its orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.money import Money
from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of

from .. import countries, queries
from ..actions import shipping
from ..forms import RateForm, TermsForm
from ..models import ShippingRate


@operator("settings.edit")
def rates(request: Any) -> HttpResponse:
    """All rates; a POST sets tax and days."""
    community = request.community
    terms = TermsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "tax": Decimal(queries.tax_bp_of(community)) / 100,
            "days": queries.completes_after_days(community),
        },
    )
    if request.method == "POST" and terms.is_valid():
        shipping.set_terms(
            community=community,
            tax_bp=int((terms.cleaned_data["tax"] or 0) * 100),
            completes_after_days=terms.cleaned_data["days"],
            by=request.user,
            now=timezone.now(),
        )
        toast(request, _("Saved."))
        return redirect(url(community, "studio-shipping"))
    currency = currency_of(request.community.pk)
    rows = list(ShippingRate.objects.of(community).order_by("price_minor", "pk"))
    for rate in rows:
        rate.price = Money(rate.price_minor, currency)
        rate.free_over = (
            None if rate.free_over_minor is None else Money(rate.free_over_minor, currency)
        )
        names = [countries.name_of(code, request.LANGUAGE_CODE) for code in rate.regions]
        rate.where = ", ".join(names[:4])
        rate.more = max(0, len(names) - 4)
    return render(
        request,
        "orders/studio/shipping.html",
        {"rates": rows, "terms": terms},
        status=422 if terms.is_bound else 200,
    )


@operator("settings.edit")
def rate(request: Any, id: UUID | None = None) -> HttpResponse:
    """A new rate, or one to change."""
    community, currency = request.community, currency_of(request.community.pk)
    found = None
    initial: dict[str, Any] = {"everywhere": False}
    if id is not None:
        found = ShippingRate.objects.of(community).filter(public_id=id).first()
        if found is None:
            raise Http404
        initial = {
            "name": found.name,
            "price": Money(found.price_minor, currency).as_text(),
            "free_over": ""
            if found.free_over_minor is None
            else Money(found.free_over_minor, currency).as_text(),
            "days": found.days,
            "everywhere": not found.regions,
            "regions": found.regions,
            "most_grams": found.most_grams,
        }
    else:
        initial["regions"] = [countries.of_currency(currency)]
    form = RateForm(
        request.POST if request.method == "POST" else None, initial=initial, currency=currency
    )
    if request.method == "POST" and form.is_valid():
        fields = form.fields_of_rate()
        fields["lang"] = lang_of(fields["name"], request.LANGUAGE_CODE)
        if found is None:
            shipping.add_rate(community=community, by=request.user, now=timezone.now(), **fields)
        else:
            shipping.change_rate(rate=found, by=request.user, now=timezone.now(), **fields)
        toast(request, _("Saved."))
        return redirect(url(community, "studio-shipping"))
    return render(
        request,
        "orders/studio/rate.html",
        {"form": form, "rate": found, "sign": _sign(currency, request.LANGUAGE_CODE)},
        status=422 if form.is_bound else 200,
    )


@operator("settings.edit")
def remove(request: Any, id: UUID) -> HttpResponse:
    found = ShippingRate.objects.of(request.community).filter(public_id=id).first()
    if found is None or request.method != "POST":
        raise Http404
    shipping.remove_rate(rate=found, by=request.user, now=timezone.now())
    toast(request, _("Removed."))
    return redirect(url(request.community, "studio-shipping"))


def _sign(currency: str, language: str) -> str:
    """The currency's sign, to stand before a field."""
    return "".join(c for c in Money(0, currency).display(language) if not c.isdigit()).strip(" .,")
