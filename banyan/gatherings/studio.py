"""Operators' pages: planning, changing, cancelling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries
from .forms import CancelForm, GatheringForm
from .models import Gathering
from .views import own_zone


@operator("content.edit")
def gatherings(request: Any) -> HttpResponse:
    now = timezone.now()
    coming = queries.coming(request.community, None, now=now)
    past = queries.past(request.community, now=now)
    for one in [*coming, *past]:
        one.when = queries.when(one, now=now, own_zone=own_zone(request))
    return render(request, "gatherings/studio_list.html", {"coming": coming, "past": past})


@operator("content.edit")
def new(request: Any) -> HttpResponse:
    return _plan(request, None)


@operator("content.edit")
def edit(request: Any, id: UUID) -> HttpResponse:
    return _plan(request, queries.one(request.community, id))


def _plan(request: Any, gathering: Gathering | None) -> HttpResponse:
    """Times are typed and shown in the community's zone, whoever plans from wherever."""
    with timezone.override(ZoneInfo(request.community.zone)):
        form = GatheringForm(request.POST or None, initial=_initial(gathering))
        if request.method == "POST" and form.is_valid() and _saved(request, gathering, form):
            return redirect(url(request.community, "studio-gatherings"))
        status = 422 if request.method == "POST" else 200
        return _page(request, gathering, form, CancelForm(), status)


def _saved(request: Any, gathering: Gathering | None, form: GatheringForm) -> bool:
    try:
        if gathering is None:
            actions.plan(by=request.member, now=timezone.now(), **form.cleaned_data)
            toast(request, _("Planned. Members see it now."))
        else:
            actions.change(
                gathering=gathering, by=request.member, now=timezone.now(), **form.cleaned_data
            )
            toast(request, _("Changed."))
    except actions.BadTimes as refusal:
        form.add_error("starts_at", str(refusal.sentence))
    except actions.FewerThanGoing as refusal:
        form.add_error("capacity", str(refusal.sentence))
    except actions.NowhereToGo as refusal:
        form.add_error("place", str(refusal.sentence))
    return not form.errors


def _page(
    request: Any, gathering: Gathering | None, form: GatheringForm, why: CancelForm, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "gathering": gathering,
        "why": why,
        "zone": request.community.zone,
        "is_open": gathering is None
        or not (gathering.is_cancelled or gathering.is_over(timezone.now())),
    }
    return render(request, "gatherings/studio_plan.html", context, status=status)


def _initial(gathering: Gathering | None) -> dict[str, Any]:
    if gathering is None:
        start = (timezone.localtime() + timedelta(days=7)).replace(hour=19, minute=0)
        return {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    names = ("title", "text", "place", "link", "capacity")
    return {name: getattr(gathering, name) for name in names} | {
        "starts_at": timezone.localtime(gathering.starts_at),
        "ends_at": timezone.localtime(gathering.ends_at),
    }


@operator("content.edit")
@require_POST
def cancel(request: Any, id: UUID) -> HttpResponse:
    gathering = queries.one(request.community, id)
    why = CancelForm(request.POST)
    if not why.is_valid():
        with timezone.override(ZoneInfo(request.community.zone)):
            form = GatheringForm(initial=_initial(gathering))
            return _page(request, gathering, form, why, 422)
    actions.cancel(gathering=gathering, by=request.member, now=timezone.now(), **why.cleaned_data)
    toast(request, _("Cancelled. Everybody reads why."))
    return redirect(url(request.community, "studio-gatherings"))
