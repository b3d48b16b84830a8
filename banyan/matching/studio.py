"""Operators: what the place is like, whom it attracts, and how expected fit turns out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, facets, queries
from .forms import ProfileForm
from .models import DAYS, Profile


@operator("settings.edit")
def profile(request: Any) -> HttpResponse:
    community = request.community
    form = ProfileForm(request.POST or None, initial=_initial(community))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.change_profile(
            community=community, by=request.user, now=timezone.now(), sample_week=form.week(),
            rhythm=given["rhythm"], price=given["price"],
            **{facet: given[facet] for facet in facets.OF_A_PROFILE},
        )  # fmt: skip
        toast(request, _("Saved."))
        return redirect(url(community, "studio-profile"))
    return render(
        request,
        "matching/studio_profile.html",
        {"form": form},
        status=422 if request.method == "POST" else 200,
    )


def _initial(community: Any) -> dict[str, Any]:
    stands = Profile.objects.filter(community=community).first()
    if stands is None:
        return {}
    week = {}
    for n, day in enumerate(stands.sample_week):
        week[f"day_{n}"], week[f"second_{n}"] = day.get("text", ""), day.get("second", "")
    return {
        "rhythm": stands.rhythm, "price": stands.price, **week,
        **{facet: getattr(stands, facet) for facet in facets.OF_A_PROFILE},
    }  # fmt: skip


@operator("members.see")
def arrivals(request: Any) -> HttpResponse:
    """Expected fit against what people say later; whom the place attracts. Counts, nobody named."""
    return render(
        request,
        "matching/studio_arrivals.html",
        {
            "bands": queries.bands(request.community),
            "attracted": queries.attracted(request.community),
            "days": DAYS, "fewest": queries.FEWEST,
        },
    )  # fmt: skip
