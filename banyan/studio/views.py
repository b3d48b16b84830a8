"""The operator's cockpit: what needs me today, in order, with its evidence."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.slots import fill
from banyan.core.ui import nav

from . import queries


@operator("studio.see")
def studio(request: Any) -> HttpResponse:
    return redirect(url(request.community, "studio-today"))


@operator("studio.see")
def today(request: Any) -> HttpResponse:
    """Need cards, the day's work and figures come from the modules that know.

    The pulse is counted here.
    """
    community = request.community
    needs = fill("studio.today", request, community=community)
    pulse = queries.pulse(community, now=timezone.now())
    return render(
        request,
        "studio/today.html",
        {
            "needs": needs,
            "work": fill("studio.today.work", request, community=community),
            "pulse": pulse,
            "side": fill("studio.today.side", request, community=community),
            "local_day": timezone.localtime(timezone.now(), queries.zone_of(community)),
            "new_places": nav.links("studio_new", request),
        },
    )


@operator("studio.see")
def new(request: Any) -> HttpResponse:
    """Everything that can be begun here, each with a word on what it is for."""
    return render(request, "studio/new.html", {"places": nav.links("studio_new", request)})
