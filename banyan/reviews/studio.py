"""The shop's side: reading what buyers say, and answering."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries
from .forms import AnswerForm
from .models import Review

RIGHT = "catalog.edit"


@operator(RIGHT)
@require_safe
def reviews(request: Any) -> HttpResponse:
    return _page(request)


def _page(
    request: Any, *, form: AnswerForm | None = None, review: Review | None = None, status: int = 200
) -> HttpResponse:
    narrow = request.GET.get("show", "all")
    counts = queries.counts(request.community)
    shown = {
        "page": queries.in_studio(request.community, narrow=narrow, page=request.GET.get("page")),
        "narrow": narrow if narrow in counts else "all",
        "tabs": [
            ("all", _("All"), counts["all"]),
            ("unanswered", _("Not answered"), counts["unanswered"]),
            ("low", _("One or two stars"), counts["low"]),
        ],
        "form": form,
        "wrong": review,
    }
    return render(request, "reviews/studio_reviews.html", shown, status=status)


@operator(RIGHT)
@require_POST
def answer(request: Any, id: UUID) -> HttpResponse:
    review = queries.at(request.community, id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, review=review, status=422)
    actions.answer(
        review=review, by=request.member, body=form.cleaned_data["answer"], now=timezone.now()
    )
    toast(request, _("Answered."))
    return _back(request, review)


@operator(RIGHT)
@require_POST
def unanswer(request: Any, id: UUID) -> HttpResponse:
    review = queries.at(request.community, id)
    actions.unanswer(review=review, by=request.member, now=timezone.now())
    toast(request, _("The answer is gone."))
    return _back(request, review)


def _back(request: Any, review: Review) -> HttpResponse:
    return redirect(url(request.community, "studio-reviews") + f"#r-{review.oid}")
