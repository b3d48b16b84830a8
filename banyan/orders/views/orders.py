"""The buyer's order: see, pay, call off, say it arrived."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.models import Member
from banyan.core.doors import signed
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from .. import countries, deals, links, queries, rules, visitors
from ..actions import baskets, fulfilling, paying, refunding
from ..models import Order
from . import timeline
from .baskets import person_of
from .checkout import go_and_pay


def own(request: Any, no: str) -> Order:
    """The order, for its buyer: signed in (also later, by the address), or with the link."""
    order = Order.objects.whole_by_number(no.upper())
    if order is None:
        raise Http404
    if request.user.is_authenticated and order.person_id == request.user.pk:
        return order
    if (
        request.user.is_authenticated
        and order.person_id is None
        and queries.of_person(request.user).filter(pk=order.pk).exists()
    ):
        return order
    if order.person_id is None and links.is_signed(order, request.GET.get("t", "")):
        return order
    if order.person_id is not None and not request.user.is_authenticated:
        raise SignInFirst
    raise Http404


class SignInFirst(Exception):
    pass


def _or_sign_in(view: Any) -> Any:
    """A member's order asks a stranger to sign in; somebody else's does not exist."""
    from functools import wraps

    from banyan.people.doors import ask_to_sign_in

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except SignInFirst:
            return ask_to_sign_in(request)

    return inner


@person
@require_safe
def orders(request: Any) -> HttpResponse:
    rows = (
        queries.of_person(request.user)
        .select_related("community")
        .prefetch_related("lines__picture")
        .order_by("-id")
    )
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(request, "orders/orders.html", {"page": page, "page_is_wide": True})


@signed
@never_cache
@_or_sign_in
@require_safe
def order(request: Any, no: str) -> HttpResponse:
    found = own(request, no)
    return _page(request, found)


def _page(request: Any, found: Order, *, sentence: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    request.community, request.member = found.community, _membership(request, found)
    tried = paying.attempts(found) if found.state in (rules.PLACED, rules.EXPIRED) else []
    waiting = bool(tried) and tried[0].is_open and bool(tried[0].pay_url)
    return render(
        request,
        "orders/order.html",
        {
            "order": found,
            "community": found.community,
            "country": countries.name_of(found.country, request.LANGUAGE_CODE),
            "steps": timeline.steps(found),
            "events": timeline.events(found),
            "shipments": list(found.shipments.order_by("pk")) if found.shipped_at else [],
            "can_pay": found.can_be_paid(now),
            "was_declined": bool(tried) and tried[0].state == "failed",
            "was_down": request.GET.get("down") == "1" and bool(tried) and not tried[0].pay_url,
            "is_waiting": waiting,
            "can_cancel": found.state == rules.PLACED
            or (found.state == rules.PAID and deals.may_leave(found, now=now)),
            "can_receive": found.state == rules.FULFILLING and found.shipped_at is not None,
            "query": links.query(found),
            "sentence": sentence,
            "page_is_wide": True,
        },
        status=status,
    )


def _membership(request: Any, found: Order) -> Any:
    if not request.user.is_authenticated:
        return None
    return Member.objects.filter(community=found.community, person=request.user).first()


@signed
@_or_sign_in
@require_POST
def pay(request: Any, no: str) -> HttpResponse:
    """Once more to the provider, while the pieces are kept."""
    found = own(request, no)
    try:
        payment = paying.try_again(order=found, key=request.form_key, now=timezone.now())
    except Refusal as refusal:
        found.refresh_from_db()
        return _page(request, found, sentence=str(refusal.sentence), status=refusal.status)
    return go_and_pay(found, payment)


@signed
@_or_sign_in
@require_POST
def cancel(request: Any, no: str) -> HttpResponse:
    found = own(request, no)
    try:
        refunding.cancel(order=found, by=person_of(request), by_buyer=True, now=timezone.now())
    except Refusal as refusal:
        found.refresh_from_db()
        return _page(request, found, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, _("The order is cancelled."))
    return redirect(links.path(found))


@signed
@_or_sign_in
@require_POST
def received(request: Any, no: str) -> HttpResponse:
    found = own(request, no)
    fulfilling.receive(order=found, by=person_of(request), by_buyer=True, now=timezone.now())
    toast(request, _("Thank you. The shop is told that it arrived."))
    return redirect(links.path(found))


@signed
@_or_sign_in
@require_POST
def again(request: Any, no: str) -> HttpResponse:
    """Put the things of an unpaid order in the basket once more, as far as they are left."""
    found = own(request, no)
    buyer, visitor = person_of(request), ""
    if buyer is None:
        visitor = visitors.key_of(request) or visitors.new_key()
    put = 0
    for line in found.lines.select_related("variant__product"):
        if line.variant is None:
            continue
        most = line.variant.left
        count = line.quantity if most is None else min(line.quantity, max(most, 0))
        if not count:
            continue
        try:
            baskets.put_in(
                community=found.community,
                variant=line.variant,
                quantity=count,
                person=buyer,
                visitor=visitor,
                now=timezone.now(),
            )
            put += count
        except Refusal:
            continue
    if not put:
        sentence = _("Nothing of this order can be bought any more.")
        return _page(request, found, sentence=sentence, status=409)
    response = redirect("cart")
    if visitor:
        visitors.remember(request, response, visitor)
    pieces = queries.pieces_of(person=buyer, visitor=visitor)
    visitors.remember_count(request, response, pieces)
    return response
