"""Founding a community: one form, shown in steps where there is a script."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.communities import covers
from banyan.communities.actions import SlugTaken
from banyan.communities.places import url
from banyan.core.ui.formats import tag_of
from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from . import actions
from .forms import StartForm, state_of_slug

_FACE = ("name", "purpose", "lang", "second_name", "second_purpose", "join_policy", "visibility",
         "zone", "brand_h")  # fmt: skip
_CHARTER = ("goal", "values", "conventions", "second_goal", "second_values", "second_conventions")


@person
def start(request: Any) -> HttpResponse:
    reader = "zh" if (get_language() or "en").startswith("zh") else "en"
    initial = {
        "lang": tag_of("zh-hans" if reader == "zh" else "en"),
        "currency": "CNY" if reader == "zh" else "USD",
        "zone": request.user.zone or settings.TIME_ZONE,
    }
    form = StartForm(request.POST or None, request.FILES or None, initial=initial)
    cover = None
    if request.method == "POST":
        is_valid, now = form.is_valid(), timezone.now()
        cover = covers.take(form, person=request.user, now=now)
        if is_valid and form.is_valid() and (community := _found(form, request, cover, now)):
            toast(request, _("It is planted. Show it to somebody."))
            return redirect(url(community, "community"))
    return render(
        request,
        "culture/start.html",
        {"form": form, "cover": cover, "site": settings.SITE_URL.split("//")[-1]},
        status=422 if request.method == "POST" else 200,
    )


def _found(form: StartForm, request: Any, cover: Any, now: Any) -> Any:
    given = form.cleaned_data
    second = given["second_name"] or given["second_purpose"] or given["second_goal"]
    other = "zh-Hans" if given["lang"] == "en" else "en"
    try:
        with transaction.atomic():
            community = actions.found(
                founder=request.user,
                slug=given["slug"],
                currency=given["currency"],
                interests=given["interests"],
                brand_c=given["brand_c"] / 1000,
                second_lang=other if second else "",
                cover=cover,
                now=now,
                **{name: given[name] for name in _FACE},
                **{name: given[name] for name in _CHARTER},
            )
            covers.give(cover, community.pk)
    except SlugTaken as taken:
        form.add_error("slug", str(taken.sentence))
        return None
    return community


@person
def slug_state(request: Any) -> HttpResponse:
    """A word on an address while it is typed."""
    slug = request.GET.get("slug", "").strip().lower()[:60]
    state = state_of_slug(slug) if slug else ""
    return render(request, "culture/slug_state.html", {"state": state, "slug": slug})
