from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.sellers.models import Book

from . import queries, studio

WEEK = timedelta(days=7)


def _wallet(request: Any) -> str | None:
    return reverse("wallet") if request.user.is_authenticated else None


nav.place("me", "wallet", label=_("Wallet"), icon="wallet", order=20, url=_wallet)
nav.place("community_tabs", "wallet", label=_("Wallet"), icon="wallet", order=40, url=_wallet)
add_studio_place(
    key="money", name="studio-money", label=_("Money"), icon="coins", order=70,
    right="money.see", on_tabs=True,
)  # fmt: skip
add_studio_place(
    key="costs", name="studio-costs", label=_("Costs"), icon="receipt", order=72,
    right="money.costs",
)  # fmt: skip


@fills("studio.today.side", order=10)
def sold_this_week(request: Any, *, community: Any) -> str:
    """What the orders of the last seven days brought, and where that money is now."""
    book = Book.objects.of(community).first()
    if book is None or not request.member.may("money.see"):
        return ""
    now = timezone.now()
    week = queries.flow(book, paid_from=now - WEEK)
    before = queries.flow(book, paid_from=now - 2 * WEEK, paid_to=now - WEEK)
    if not week.sold and not before.sold:
        return ""
    return render_to_string(
        "ledger/sold_this_week.html",
        {
            "week": week,
            "more": week.sold - before.sold,
            "less": before.sold - week.sold,
            "parts": studio.parts_of(week),
            "community": community,
        },
        request=request,
    )
