"""The shop's orders: find, pack, send, give back, call off."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.text import lang_of, whole_number
from banyan.core.ui.toasts import toast

from .. import countries, queries, rules
from ..actions import fulfilling, refunding
from ..forms import RefundForm, ShipForm
from ..models import Order
from ..views import timeline

FILTERS = [
    ("pack", gettext_lazy("To pack")),
    ("late", gettext_lazy("Late")),
    ("packed", gettext_lazy("To send")),
    ("shipped", gettext_lazy("Sent")),
    ("unpaid", gettext_lazy("Not paid")),
    ("all", gettext_lazy("All")),
]


@operator("orders.see")
@require_safe
def orders(request: Any) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    show = request.GET.get("show", "pack")
    if show not in dict(FILTERS):
        show = "pack"
    rows = queries.orders_in_studio(request.community, filter=show, words=words, now=timezone.now())
    page = Paginator(rows.prefetch_related("lines"), 30).get_page(request.GET.get("page"))
    now = timezone.now()
    for order in page:
        order.late = order.is_late(now)
    return render(
        request,
        "orders/studio/orders.html",
        {"page": page, "show": "" if words else show, "filters": FILTERS, "words": words},
    )


def _find(request: Any, no: str) -> Order:
    found = Order.objects.whole(number=no.upper(), community=request.community)
    if found is None:
        raise Http404
    found.community = request.community
    return found


@operator("orders.see")
@require_safe
def order(request: Any, no: str) -> HttpResponse:
    return _page(request, _find(request, no))


def _page(
    request: Any, found: Order, *, ship: Any = None, sentence: str = "", status: int = 200
) -> HttpResponse:
    may_pack, may_refund = request.member.may("orders.pack"), request.member.may("orders.refund")
    is_open = found.state in (rules.PAID, rules.FULFILLING) and found.shipped_at is None
    return render(
        request,
        "orders/studio/order.html",
        {
            "order": found,
            "late": found.is_late(timezone.now()),
            "steps": timeline.steps(found),
            "events": timeline.events(found),
            "refunds": list(found.refunds.order_by("pk")),
            "shipments": list(found.shipments.order_by("pk")),
            "country": countries.name_of(found.country, request.LANGUAGE_CODE),
            "ship": ship or ShipForm(),
            "can_pack": may_pack and found.state == rules.PAID and not found.waits,
            "can_ship": may_pack and is_open and not found.waits,
            "can_receive": may_pack
            and found.state == rules.FULFILLING
            and found.shipped_at is not None,
            "can_refund": may_refund and found.is_paid and found.left.minor > 0,
            "can_cancel": (may_refund and is_open) or (may_pack and found.state == rules.PLACED),
            "sentence": sentence,
        },
        status=status,
    )


def _back(request: Any, found: Order) -> HttpResponse:
    return redirect(url(request.community, "studio-order", no=found.number))


@operator("orders.pack")
@require_POST
def pack(request: Any, no: str) -> HttpResponse:
    found = _find(request, no)
    fulfilling.pack(order=found, by=request.user, now=timezone.now())
    toast(request, _("Packed. Now it can be sent."))
    return _back(request, found)


@operator("orders.pack")
@require_POST
def ship(request: Any, no: str) -> HttpResponse:
    found = _find(request, no)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ship=form, status=422)
    fulfilling.ship(order=found, by=request.user, now=timezone.now(), **form.cleaned_data)
    toast(request, _("Sent. The buyer gets a letter."))
    return _back(request, found)


@operator("orders.pack")
@require_POST
def receive(request: Any, no: str) -> HttpResponse:
    found = _find(request, no)
    fulfilling.receive(order=found, by=request.user, now=timezone.now())
    toast(request, _("Marked as received."))
    return _back(request, found)


@operator("orders.refund")
@require_POST
def cancel(request: Any, no: str) -> HttpResponse:
    found = _find(request, no)
    try:
        refunding.cancel(order=found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        found.refresh_from_db()
        return _page(request, found, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, _("The order is cancelled."))
    return _back(request, found)


def _chosen(found: Order, given: Any) -> tuple[dict[int, int], bool, bool]:
    """Pieces by line, post, shelf: as the form names them. Nothing chosen yet is everything."""
    pieces = {}
    for line in found.rows:
        count = whole_number(given.get(f"line-{line.pk}", "0"), digits=3)
        pieces[line.pk] = min(count, line.left)
    return pieces, given.get("post") == "1", given.get("restock") == "1"


@operator("orders.refund")
def refund(request: Any, no: str) -> HttpResponse:
    """Two steps: choose what goes back and see the exact sum; then do it. Never optimistic."""
    found = _find(request, no)
    given = request.POST if request.method == "POST" else request.GET
    pieces, with_post, restock = _chosen(found, given)
    if given.get("all") == "1":
        pieces = {line.pk: line.left for line in found.rows}
        with_post, restock = True, found.shipped_at is None
    form = RefundForm(request.POST if request.method == "POST" else None)
    sentence, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = refunding.refund(
                    order=found,
                    pieces=pieces,
                    with_post=with_post,
                    restock=restock,
                    by=request.user,
                    now=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    lang=lang_of(form.cleaned_data["reason"], request.LANGUAGE_CODE),
                    expected_minor=form.cleaned_data["expected"],
                )
            except Refusal as refusal:
                found = _find(request, no)
                pieces, with_post, restock = _chosen(found, given)
                sentence, status = str(refusal.sentence), refusal.status
            else:
                amount = found.money(made.amount_minor).display(request.LANGUAGE_CODE)
                toast(request, _("%(amount)s is on its way back.") % {"amount": amount})
                return _back(request, found)
        else:
            status = 422
    may = found.is_paid and found.left.minor > 0
    worked = refunding.work_out(found, pieces, with_post=with_post) if may else None
    for line in found.rows:
        line.wanted = pieces.get(line.pk, 0)
        line.counts = range(line.left + 1)
    return render(
        request,
        "orders/studio/refund.html",
        {
            "order": found,
            "form": form,
            "worked": worked,
            "with_post": with_post,
            "restock": restock,
            "is_chosen": any(pieces.values()) or with_post,
            "sentence": sentence,
            "may": may,
        },
        status=status,
    )


@operator("orders.refund")
@require_POST
def refund_again(request: Any, no: str) -> HttpResponse:
    """Ask the provider once more for a refund that it would not carry out."""
    found = _find(request, no)
    text = request.POST.get("refund", "")
    stuck = found.refunds.filter(pk=int(text) if text.isdecimal() and len(text) < 18 else 0).first()
    if stuck is None:
        raise Http404
    stuck.order = found
    refunding.ask_again(refund=stuck, by=request.user, now=timezone.now())
    toast(request, _("The provider is asked again."))
    return _back(request, found)


@operator("orders.see")
@require_safe
def slip(request: Any, no: str) -> HttpResponse:
    """A sheet for the parcel: what goes in and where it goes, no prices."""
    found = _find(request, no)
    return render(
        request,
        "orders/studio/slip.html",
        {"order": found, "country": countries.name_of(found.country, request.LANGUAGE_CODE)},
    )
