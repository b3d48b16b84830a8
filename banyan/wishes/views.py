"""The list of wishes, and the presses beside a product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.catalog import queries as catalog
from banyan.catalog.models import Product, Variant
from banyan.communities.doors import reader
from banyan.communities.places import url
from banyan.core.money import Money
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast
from banyan.people.doors import ask_to_sign_in

from . import queries, strangers
from .actions import waiting, watching, wishing

LIST = "list"  # where a press came from: the list, or else the product's page


@reader
@require_safe
def wishes(request: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    page = queries.wishes_of(request.community, request.user, request.GET.get("page"))
    rows = queries.rows(
        list(page.object_list), community=request.community, person=request.user,
        member=request.member,
    )  # fmt: skip
    waits = queries.waits_beside(request.community, request.user) if page.number == 1 else []
    asked = ""  # the topic of which a browser may be asked to remind them
    if any(row.mark is not None for row in rows):
        asked = "wish-price"
    if waits or any(row.is_waited_for for row in rows):
        asked = "wish-stock"
    shown = {"here": "shop", "page": page, "rows": rows, "waits": waits, "asked": asked}
    return render(request, "wishes/wishes.html", shown)


def _product(request: Any, slug: str) -> Product:
    product = catalog.by_slug(request.community, slug)
    if product is None:
        raise Http404
    return product


def _is_on(request: Any) -> bool:
    return bool(request.POST.get("on") == "1")


@reader
@require_POST
def wish(request: Any, slug: str) -> HttpResponse:
    """Put it on the list, or take it off. A stranger signs in first, and it is kept."""
    product = _product(request, slug)
    now, on = timezone.now(), _is_on(request)
    if not request.user.is_authenticated:
        return _sign_in_first(request, product, kind=strangers.WISH, id=product.pk)
    if on:
        wishing.wish(product=product, person=request.user, member=request.member, now=now)
    else:
        wishing.take_off(product=product, person=request.user, now=now)
    said = _("It is on your list.") if on else _("Taken off your list.")
    return _answer(request, product, said)


@reader
@require_POST
def watch(request: Any, slug: str) -> HttpResponse:
    """Tell me when it is cheaper, or do not any more."""
    product = _product(request, slug)
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    act: Callable[..., None] = watching.stop
    more: dict[str, Any] = {}
    said = _("Nothing more is told of its price.")
    if _is_on(request):
        act, more = watching.ask, {"member": request.member}
        said = _("You will be told when it costs less.")
    act(product=product, person=request.user, now=timezone.now(), **more)
    return _answer(request, product, said)


@reader
@require_POST
def wait(request: Any, slug: str) -> HttpResponse:
    """Tell me once when it is back, or do not any more."""
    product = _product(request, slug)
    pk = whole_number(request.POST.get("variant", ""), digits=18)
    variant = Variant.objects.filter(product=product, pk=pk).first()
    if variant is None:
        raise Http404
    variant.product = product
    if not request.user.is_authenticated:
        return _sign_in_first(request, product, kind=strangers.WAIT, id=variant.pk)
    if _is_on(request):
        waiting.ask(variant=variant, person=request.user, now=timezone.now())
        said = _("You will be told once it is back.")
    else:
        waiting.withdraw(variant=variant, person=request.user, now=timezone.now())
        said = _("You are not waiting for it any more.")
    return _answer(request, product, said)


def _sign_in_first(request: Any, product: Product, *, kind: str, id: int) -> HttpResponse:
    to = url(request.community, "product", slug=product.slug)
    response: HttpResponse = redirect_to_login(to)
    if request.htmx:
        response = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    if _is_on(request):
        strangers.remember(request, response, kind=kind, id=id, now=timezone.now())
    return response


def _answer(request: Any, product: Product, said: str) -> HttpResponse:
    """To htmx the part it puts in place of the old one, else back to where the press was."""
    from_list = request.POST.get("from") == LIST
    if not request.htmx:
        toast(request, said)
        if from_list:
            return redirect(url(request.community, "wishes"))
        return redirect(url(request.community, "product", slug=product.slug))
    if from_list:
        row = queries.row_of(product, person=request.user, member=request.member)
        shown = {"row": row, "product": product, "is_swapped": True}
        return render(request, "wishes/parts/row.html", shown)
    _found, offers = catalog.with_offers(request.community, product.slug, member=request.member)
    return HttpResponse(draw(request, product, offers))


def draw(request: Any, product: Product, offers: Any) -> str:
    """The mark beside the buy box, as this viewer has it: one query, none for strangers."""
    mine = queries.mine(product, request.user)
    gone = [offer.variant for offer in offers if offer.is_sold_out]
    shown = {
        "product": product, "community": request.community, "mine": mine,
        "mark": None if mine.mark_minor is None else Money(mine.mark_minor, product.currency),
        "is_person": request.user.is_authenticated,
        "gone": gone, "is_all_gone": len(gone) == len(offers),
        "waited": [one for one in gone if one.pk in mine.waits],
        "askable": [one for one in gone if one.pk not in mine.waits],
    }  # fmt: skip
    return render_to_string("wishes/parts/panel.html", shown, request)
