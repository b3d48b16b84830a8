"""One page from basket to payment. The total stands before any field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banyan.core.doors import public
from banyan.core.money import Money
from banyan.core.refusals import Refusal
from banyan.payments import actions as payments
from banyan.payments.models import Payment

from .. import links, queries, visitors
from ..actions import placing
from ..forms import CheckoutForm
from .baskets import likely_country, person_of

MOST_SIGNS = 40  # of a code
REMEMBERED = ("name", "phone", "line1", "line2", "city", "region", "postcode")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: Any, id: UUID) -> HttpResponse:
    person, visitor = person_of(request), visitors.key_of(request)
    counted = queries.basket_at(id=id, person=person, visitor=visitor)
    if counted is None:
        return _ordered_already(request, id, person, visitor)
    request.community, request.member = counted.community, None
    if request.method == "POST":
        return _place(request, counted)
    country = likely_country(request, counted, request.GET.get("country", ""))
    initial = {"country": country}
    if person is not None and counted.needs_post:
        last = queries.last_address(person)
        if last is not None:
            initial = {name: getattr(last, name) for name in REMEMBERED}
            country = likely_country(request, counted, request.GET.get("country") or last.country)
            initial["country"] = country
        else:
            initial["name"] = person.name
    form = _form(counted, person, initial=initial)
    rate = request.GET.get("rate", "")
    code = request.GET.get("code", "")[:MOST_SIGNS]
    if code:
        counted.lower(code=code, email=person.email if person else "", now=timezone.now())
    return _page(request, counted, form, country, chosen=int(rate) if rate.isdecimal() else None)


def _form(counted: queries.Counted, person: Any, *args: Any, **kwargs: Any) -> CheckoutForm:
    return CheckoutForm(
        *args,
        needs_post=counted.needs_post,
        asks_email=person is None,
        only_countries=counted.countries,
        **kwargs,
    )


def _page(
    request: Any,
    counted: queries.Counted,
    form: CheckoutForm,
    country: str,
    *,
    chosen: int | None = None,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    offers = counted.offers(country) if counted.needs_post else []
    offer = next((o for o in offers if o.pk == chosen), offers[0] if offers else None)
    totals = counted.totals(offer.price if offer else None)
    currency = counted.book.currency
    return render(
        request,
        "orders/checkout.html",
        {
            "counted": counted,
            "community": counted.community,
            "form": form,
            "offers": [
                {
                    "rate": o.rate,
                    "price": o.price,
                    "total": Money(counted.totals(o.price).total_minor, currency),
                    "chosen": offer is not None and o.pk == offer.pk,
                }
                for o in offers
            ],
            "offer": offer,
            "no_rates": counted.needs_post and not counted.rates,
            "no_post": counted.needs_post and not offers,
            "total": Money(totals.total_minor, currency),
            "tax": Money(totals.tax_minor, currency),
            "sentence": sentence,
            "page_is_wide": True,
        },
        status=status,
    )


def _place(request: Any, counted: queries.Counted) -> HttpResponse:
    person, visitor = person_of(request), visitors.key_of(request)
    form = _form(counted, person, request.POST)
    wanted = request.POST.get("country", "")
    rate = request.POST.get("rate", "")
    chosen = int(rate) if rate.isdecimal() and len(rate) < 18 else None
    country = likely_country(request, counted, wanted)
    code = request.POST.get("code", "")[:MOST_SIGNS]
    if not form.is_valid():
        email = person.email if person else request.POST.get("email", "").lower()
        counted.lower(code=code, email=email, now=timezone.now())
        return _page(request, counted, form, country, chosen=chosen, status=422)
    found = form.cleaned_data
    seen_total = request.POST.get(f"total-{chosen}" if counted.needs_post else "total", "")
    try:
        order = placing.place(
            basket_id=counted.basket.public_id,
            counted=counted,
            person=person,
            visitor=visitor,
            email=person.email if person else found["email"],
            address=placing.Address(**{name: found.get(name, "") for name in form.PLACE}),
            rate_id=chosen,
            seen=found["seen"],
            seen_total=int(seen_total) if seen_total.isdecimal() else -1,
            lang=request.LANGUAGE_CODE,
            note=found["note"],
            now=timezone.now(),
            code=code,
        )
    except Refusal as refusal:
        if isinstance(refusal, placing.BasketGone):
            return _ordered_already(request, counted.basket.public_id, person, visitor)
        fresh = queries.basket_at(id=counted.basket.public_id, person=person, visitor=visitor)
        if fresh is not None:
            email = person.email if person else found["email"]
            fresh.lower(code=code, email=email, now=timezone.now())
        return _page(
            request, fresh or counted, form, country, chosen=chosen,
            sentence=str(refusal.sentence), status=refusal.status,
        )  # fmt: skip
    response = go_and_pay(order, order.attempt)
    left = max(0, visitors.count_of(request) - counted.pieces)
    visitors.remember_count(request, response, left)
    return response


def go_and_pay(order: Any, payment: Payment | None) -> HttpResponse:
    """Send the buyer to the provider; when it is down the order's page says so and offers again."""
    if payment is None:
        return redirect(links.path(order))
    try:
        return redirect(payments.send(payment))
    except Refusal:
        mark = "&" if links.query(order) else "?"
        return redirect(links.path(order) + mark + "down=1")


def _ordered_already(request: Any, id: UUID, person: Any, visitor: str) -> HttpResponse:
    """A basket is ordered once: the same page again leads to its order, and on to paying it."""
    order = queries.ordered_from(basket_id=id, person=person, visitor=visitor)
    if order is None:
        if request.method == "GET":
            return render(
                request, "orders/no_basket.html", {"sentence": _("This basket is empty now.")},
                status=404,
            )  # fmt: skip
        raise Http404
    return redirect(links.path(order))
