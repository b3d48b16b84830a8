"""A person's own wallet: everything the books say of them, in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from banyan.people.doors import person

from . import queries, references, telling
from .models import Seal

LINES = 30


@person
@require_safe
def wallet(request: Any) -> HttpResponse:
    who = request.user.pseudonym
    guest = references.as_guest(request.user)
    purses = queries.purses(who, guest)
    shop = request.GET.get("shop", "")
    chosen = next(
        (p.book for p in purses if p.book.community and p.book.community.slug == shop), None
    )
    entries = queries.readable(queries.statement(chosen, member=who, guest_orders=guest))
    page = Paginator(entries, LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "ledger/wallet.html",
        {
            "purses": purses,
            "chosen": chosen,
            "page": page,
            "lines": telling.to_person(page.object_list),
            "page_is_wide": True,
        },
    )


@person
@require_safe
def wallet_entry(request: Any, id: UUID) -> HttpResponse:
    """One line of one's own; anybody else's is not there."""
    who = request.user.pseudonym
    guest = references.as_guest(request.user)
    own = queries.readable(queries.statement(None, member=who, guest_orders=guest))
    entry = get_object_or_404(own, public_id=id)
    return render(
        request,
        "ledger/wallet_entry.html",
        {
            "line": telling.to_person([entry])[0],
            "places": telling.places(entry, member=who, guest_orders=guest),
            "seal": Seal.objects.filter(upto__gte=entry.pk).order_by("upto").first(),
            "page_is_wide": True,
        },
    )
