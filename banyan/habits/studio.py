"""Operators' page: what a day gives, what was given this month, and taking back."""

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
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.leaves import queries as leaves
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import gifts
from .actions import terms as setting
from .forms import ReasonForm, TermsForm
from .models import Gift, Terms

LINES = 30
FIRST = Terms(is_on=True, day_minor=0, week_minor=0, month_minor=0, day_points=1, point_minor=0)


@operator(rules.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def habits(request: Any) -> HttpResponse:
    """What was given, and for what; POST changes what a day gives."""
    community, now = request.community, timezone.now()
    terms, currency = queries.terms_here(community), currency_of(community.pk)
    shown = terms or FIRST
    initial = {name: getattr(shown, name) for name in setting.TERMS}
    initial["point_minor"] = shown.point_minor or None
    form = TermsForm(
        request.POST or None, initial=initial, currency=currency,
        gives_leaves=leaves.terms_of(community.pk) is not None,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = setting.change_terms(by=request.member, now=now, **form.cleaned_data)
        undo = url(community, "studio-habits-undo", id=made.public_id)
        toast(request, _("Saved."), undo=undo if terms else "")
        return redirect(url(community, "studio-habits"))
    page = Paginator(queries.gifts_here(community), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "habits/studio_habits.html",
        {
            "form": form,
            "terms": terms,
            "given": queries.given(community, currency, now=now),
            "page": page,
            "gifts": queries.with_worth(page.object_list, currency),
        },
        status=422 if request.method == "POST" else 200,
    )


@operator(rules.RIGHT)
@require_POST
def terms_undo(request: Any, id: UUID) -> HttpResponse:
    terms = get_object_or_404(Terms.objects.of(request.community), public_id=id)
    setting.undo_terms(terms=terms, by=request.member, now=timezone.now())
    toast(request, _("As it was before."))
    return redirect(url(request.community, "studio-habits"))


@operator(rules.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: Any, id: UUID) -> HttpResponse:
    """One gift; POST takes it back, with the reason that the member reads."""
    community = request.community
    found: Gift = get_object_or_404(queries.gifts_here(community), public_id=id)
    form = ReasonForm(request.POST or None)
    sentence, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            gifts.take_back(
                gift=found, by=request.member, reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            sentence, status = str(refusal.sentence), refusal.status
        else:
            toast(request, _("Taken back."))
            return redirect(url(community, "studio-habits") + "#given")
    queries.with_worth([found], currency_of(community.pk))
    return render(
        request, "habits/studio_gift.html", {"gift": found, "form": form, "sentence": sentence},
        status=status,
    )  # fmt: skip
