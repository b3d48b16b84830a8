"""The basket: put in, look, change, take out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.catalog.models import Variant
from banyan.communities.doors import reader
from banyan.core.doors import public
from banyan.core.refusals import Refusal
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast

from .. import countries, queries, visitors
from ..actions import baskets
from ..forms import AddForm


def person_of(request: Any) -> Any:
    return request.user if request.user.is_authenticated else None


def likely_country(request: Any, counted: queries.Counted, wanted: str = "") -> str:
    """Where the parcel may go: what was asked, the person's region, or the shop's own country."""
    person = person_of(request)
    guesses = [
        wanted,
        person.region if person else "",
        countries.of_currency(counted.book.currency),
    ]
    served = counted.countries
    for guess in guesses:
        if guess and countries.is_country(guess) and (served is None or guess in served):
            return guess
    return served[0] if served else guesses[-1]


@reader
@require_POST
def add(request: Any) -> HttpResponse:
    """Put a variant in the basket here; “Buy” goes on to the checkout at once."""
    form = AddForm(request.POST)
    variant = None
    if form.is_valid():
        variant = (
            Variant.objects.of(request.community)
            .select_related("product")
            .filter(pk=form.cleaned_data["variant"])
            .first()
        )
    if variant is None:
        raise Http404
    variant.product.community = request.community
    person = person_of(request)
    known = "" if person else visitors.key_of(request)
    visitor = "" if person else known or visitors.new_key()
    quantity = form.cleaned_data["quantity"] or 1
    basket = baskets.put_in(
        community=request.community,
        variant=variant,
        quantity=quantity,
        person=person,
        visitor=visitor,
        is_first=bool(visitor and not known),
        now=timezone.now(),
    )
    if request.POST.get("do") == "buy":
        response = redirect("checkout", id=basket.public_id)
    else:
        response = redirect("cart")
    if visitor:
        visitors.remember(request, response, visitor)
    visitors.remember_count(request, response, visitors.count_of(request) + quantity)
    return response


@public
@require_safe
def cart(request: Any) -> HttpResponse:
    """Every basket of this person, each with its own checkout."""
    found = queries.baskets_of(person=person_of(request), visitor=visitors.key_of(request))
    shown = [_estimate(request, counted) for counted in found]
    response = render(request, "orders/cart.html", {"baskets": shown, "page_is_wide": True})
    visitors.remember_count(request, response, sum(counted.pieces for counted in found))
    return response


def _estimate(request: Any, counted: queries.Counted) -> dict[str, Any]:
    """A basket with the cheapest post to where its owner probably lives."""
    country = likely_country(request, counted)
    offers = counted.offers(country) if counted.needs_post else []
    totals = counted.totals(offers[0].price if offers else None)
    return {
        "counted": counted,
        "community": counted.community,
        "post": offers[0].price if offers else None,
        "no_post": counted.needs_post and not offers,
        "country": countries.name_of(country, request.LANGUAGE_CODE),
        "total": type(counted.goods)(totals.total_minor, counted.book.currency),
        "tax": type(counted.goods)(totals.tax_minor, counted.book.currency),
    }


def _own_basket(request: Any, id: UUID) -> Any:
    basket = baskets.find(id=id, person=person_of(request), visitor=visitors.key_of(request))
    if basket is None:
        raise Http404
    return basket


@public
@require_POST
def change(request: Any, id: UUID, variant: int) -> HttpResponse:
    """How many of one thing; none takes it out."""
    basket = _own_basket(request, id)
    text = request.POST.get("quantity", "")
    quantity = whole_number(text, digits=3, other=-1)
    try:
        if request.POST.get("do") == "remove" or quantity == 0:
            taken = baskets.take_out(basket=basket, variant_id=variant, now=timezone.now())
            if taken:
                toast(
                    request, _("Taken out of the basket."),
                    undo=_put_back_url(basket, variant, taken),
                )  # fmt: skip
        elif quantity > 0:
            baskets.set_quantity(
                basket=basket, variant_id=variant, quantity=quantity, now=timezone.now()
            )
    except Refusal as refusal:
        return _cart_with(request, str(refusal.sentence), refusal.status)
    return redirect("cart")


def _put_back_url(basket: Any, variant: int, quantity: int) -> str:
    return reverse("cart-undo", kwargs={"slug": basket.community.slug, "variant": variant,
                                        "quantity": min(quantity, 99)})  # fmt: skip


@public
@require_POST
def undo(request: Any, slug: str, variant: int, quantity: int) -> HttpResponse:
    """Put back what was just taken out."""
    thing = (
        Variant.objects.select_related("product__community")
        .filter(pk=variant, community__slug=slug, community__closed_at=None)
        .first()
    )
    person, visitor = person_of(request), visitors.key_of(request)
    if thing is None or not (person or visitor):
        raise Http404
    baskets.put_in(
        community=thing.product.community,
        variant=thing,
        quantity=quantity,
        person=person,
        visitor=visitor,
        now=timezone.now(),
    )
    return redirect("cart")


def _cart_with(request: Any, sentence: str, status: int) -> HttpResponse:
    """The cart as it is, with a word on what could not be done."""
    found = queries.baskets_of(person=person_of(request), visitor=visitors.key_of(request))
    return render(
        request,
        "orders/cart.html",
        {
            "baskets": [_estimate(request, counted) for counted in found],
            "sentence": sentence,
            "page_is_wide": True,
        },
        status=status,
    )
