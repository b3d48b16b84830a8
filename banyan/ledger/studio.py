"""The shop's money and costs, for its operators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.slots import fill
from banyan.core.ui.toasts import toast
from banyan.core.zones import zone_of
from banyan.sellers.models import Book

from . import costs, export, queries, telling
from .forms import CostForm
from .models import Cost, Entry, Seal

LINES = 50


def book_of(request: Any) -> Book:
    return get_object_or_404(Book.objects.of(request.community))


@operator("money.see")
@require_safe
def money(request: Any) -> HttpResponse:
    """What was sold and where it is, and every line of the books."""
    book = book_of(request)
    entries = queries.readable(queries.statement(book))
    page = Paginator(entries, LINES).get_page(request.GET.get("page"))
    flow = queries.flow(book)
    return render(
        request,
        "ledger/money.html",
        {
            "book": book,
            "flow": flow,
            "leaves_owed": queries.balance(book, "leaf.earned"),
            "parts": parts_of(flow),
            "page": page,
            "lines": telling.to_shop(page.object_list),
            "alarms": fill("ledger.money.alarms", request, community=request.community),
            "seal": Seal.objects.order_by("-upto").first(),
        },
    )


def parts_of(flow: queries.Flow) -> list[dict[str, object]]:
    """The money flow bar: its rows add up to what was sold."""
    rows = [
        {"label": _("Yours"), "amount": flow.yours, "tone": "brand"},
        {"label": _("Held until completed"), "amount": flow.held, "tone": "sprout"},
        {"label": _("Refunded"), "amount": flow.refunded, "tone": "sky"},
        {"label": _("Payment fees"), "amount": flow.fees, "tone": "amber"},
    ]
    if flow.shared:
        rows.append({"label": _("Shared with members"), "amount": flow.shared, "tone": "line"})
    if flow.costs:
        rows.append({"label": _("Costs"), "amount": flow.costs, "tone": "fig"})
    return rows


@operator("money.see")
@require_safe
def money_entry(request: Any, id: UUID) -> HttpResponse:
    """One entry with its legs, debit and credit."""
    book = book_of(request)
    entry = get_object_or_404(queries.readable(Entry.objects.filter(book=book)), public_id=id)
    return render(
        request,
        "ledger/money_entry.html",
        {
            "line": telling.to_shop([entry])[0],
            "places": telling.places(entry),
            "seal": Seal.objects.filter(upto__gte=entry.pk).order_by("upto").first(),
        },
    )


@operator("money.see")
@require_safe
def money_file(request: Any, kind: str) -> StreamingHttpResponse:
    """The whole book as CSV or Beancount."""
    book = book_of(request)
    lines: Iterator[str]
    if kind == "csv":
        lines, content_type = export.table(book), "text/csv; charset=utf-8"
    else:
        lines = export.beancount(book, title=book.merchant)
        content_type = "text/plain; charset=utf-8"
    name = f"{request.community.slug}-{timezone.now():%Y-%m-%d}.{kind}"
    return StreamingHttpResponse(
        lines,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@operator("money.costs")
def cost_list(request: Any) -> HttpResponse:
    """Costs so far, and a form for the next one."""
    book = book_of(request)
    form = CostForm(request.POST or None, currency=book.currency, today=_today(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        cost = costs.note(
            book=book,
            kind=given["kind"],
            amount=given["amount"],
            spent_on=given["spent_on"],
            text=given["note"],
            paid_from=given["paid_from"],
            by=request.user.pseudonym,
            key=request.form_key,
            now=timezone.now(),
        )
        undo_url = url(request.community, "studio-cost-undo", id=cost.public_id)
        toast(request, _("Cost noted"), undo=undo_url)
        return redirect(url(request.community, "studio-costs"))
    rows = Cost.objects.of(request.community).order_by("-spent_on", "-id")
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    kinds = [(telling.COSTS[kind], amount) for kind, amount in costs.by_kind(book)]
    tones = ("brand", "amber", "sky", "sprout")
    return render(
        request,
        "ledger/costs.html",
        {
            "book": book,
            "form": form,
            "page": page,
            "kinds": telling.COSTS,
            "total": sum((amount for _kind, amount in kinds[1:]), kinds[0][1]),
            "parts": [
                {"label": label, "amount": amount, "tone": tone}
                for (label, amount), tone in zip(kinds, tones, strict=True)
            ],
        },
        status=422 if form.is_bound else 200,
    )


@operator("money.costs")
@require_POST
def cost_undo(request: Any, id: UUID) -> HttpResponse:
    cost = get_object_or_404(
        Cost.objects.of(request.community).select_related("entry__book"), public_id=id
    )
    costs.undo(cost=cost, by=request.user.pseudonym, now=timezone.now())
    toast(request, _("Taken back"))
    return redirect(url(request.community, "studio-costs"))


def _today(request: Any) -> date:
    return timezone.localtime(timezone.now(), zone_of(request.community.zone)).date()
