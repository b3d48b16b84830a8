"""A member's days, quests and standing."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.money import Money
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import days

LINES = 20


@member_only
@require_safe
def habits(request: Any) -> HttpResponse:
    return _page(request)


def _page(request: Any, *, sentence: str = "", status: int = 200) -> HttpResponse:
    community, member, now = request.community, request.member, timezone.now()
    page = Paginator(queries.gifts_of(member), LINES).get_page(request.GET.get("page"))
    if not queries.is_live(community) and not page.object_list:
        raise Http404
    currency, terms = currency_of(community.pk), queries.terms_here(community)
    is_on = terms is not None and terms.is_on
    return render(
        request,
        "habits/habits.html",
        {
            "terms": terms,
            "day_worth": Money(terms.day_minor, currency) if terms else None,
            "week_worth": Money(terms.week_minor, currency) if terms else None,
            "month_worth": Money(terms.month_minor, currency) if terms else None,
            "point_worth": Money(terms.point_minor, currency) if terms else None,
            "today": queries.today(member, now=now) if is_on else None,
            "grace_most": rules.GRACE_MOST,
            "progress": queries.progress(member, currency, now=now),
            "standing": queries.standing(member),
            "page": page,
            "gifts": queries.with_worth(page.object_list, currency),
            "sentence": sentence,
        },
        status=status,
    )


@member_only
@require_POST
def check_in(request: Any) -> HttpResponse:
    """One tap; a second one the same day changes nothing and says so."""
    try:
        made = days.check_in(member=request.member, now=timezone.now())
    except Refusal as refusal:
        return _page(request, sentence=str(refusal.sentence), status=refusal.status)
    said = ngettext("Checked in. %(n)s day in a row.", "Checked in. %(n)s days in a row.",
                    made.days) % {"n": made.days}  # fmt: skip
    if made.mended:
        said += " " + _("Grace mended what you missed.")
    toast(request, said)
    return redirect(url(request.community, "habits"))


@member_only
@require_POST
def level(request: Any) -> HttpResponse:
    """Whether others see one's level."""
    is_shown = request.POST.get("shown") == "yes"
    days.show_level(member=request.member, is_shown=is_shown)
    toast(request, _("Others see it.") if is_shown else _("Others do not see it."))
    return redirect(url(request.community, "habits") + "#standing")
