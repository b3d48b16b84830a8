"""Operators' pages: the budget, what gives leaves, what is owed, every gift and its undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.money import Money, percent
from banyan.core.ui.toasts import toast
from banyan.ledger import queries as ledger
from banyan.sellers.models import Book

from . import queries
from .actions import giving
from .forms import TermsForm
from .models import LeafLot, Terms

RIGHT = "campaigns.run"
LINES = 30
FIRST = Terms(month_minor=10_000, thanks_minor=50, thanks_a_month=3, order_bp=0, expires_days=365)


@operator(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def leaves(request: Any) -> HttpResponse:
    """What was given, what is owed, what gives leaves; POST changes the terms."""
    community, now = request.community, timezone.now()
    terms = Terms.objects.filter(community=community).first()
    shown = terms or FIRST
    initial = {
        "month_minor": shown.month_minor, "thanks_minor": shown.thanks_minor,
        "thanks_a_month": shown.thanks_a_month, "order_percent": percent(shown.order_bp),
        "hold_days": shown.hold_days, "expires_days": shown.expires_days,
    }  # fmt: skip
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = giving.change_terms(by=request.member, now=now, **form.cleaned_data)
        undo = url(community, "studio-leaves-undo", id=made.public_id)
        toast(request, _("Saved."), undo=undo if terms else "")
        return redirect(url(community, "studio-leaves"))
    book = Book.objects.get(community=community)
    month = queries.month_now(community, now=now)
    limit = month.limit_minor if month else shown.month_minor if terms else 0
    page = Paginator(queries.lots_here(community), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "leaves/studio_leaves.html",
        {
            "form": form,
            "terms": terms,
            "currency": book.currency,
            "liability": queries.liability(community, book),
            "flow": ledger.flow(book),
            "gain": queries.gain(community, now=now),
            "given": Money(month.given_minor if month else 0, book.currency),
            "limit": Money(limit, book.currency),
            "month": month,
            "now": now,
            "page": page,
            "lots": queries.with_things(page.object_list),
        },
        status=422 if request.method == "POST" else 200,
    )


@operator(RIGHT)
@require_POST
def terms_undo(request: Any, id: UUID) -> HttpResponse:
    terms = get_object_or_404(Terms.objects.of(request.community), public_id=id)
    giving.undo_terms(terms=terms, by=request.member, now=timezone.now())
    toast(request, _("As it was before."))
    return redirect(url(request.community, "studio-leaves"))


@operator(RIGHT)
@require_POST
def withdraw(request: Any, id: UUID) -> HttpResponse:
    """Take a gift back, whole; what was used of it is kept from the member's next leaves."""
    rows = LeafLot.objects.of(request.community).select_related("thanks")
    giving.withdraw(
        lot=get_object_or_404(rows, public_id=id), by=request.member, now=timezone.now()
    )  # fmt: skip
    toast(request, _("Taken back."))
    return redirect(url(request.community, "studio-leaves") + "#given")
