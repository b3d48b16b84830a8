"""Operators turn introductions on or off, see what they do, and end one that was reported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities import actions as communities
from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.communities.segments.rules import FEWEST as FEWEST_PEOPLE
from banyan.core.ui.toasts import toast

from . import moderated, queries, rules
from .models import Side


@operator("content.moderate")
def introductions(request: Any) -> HttpResponse:
    context = {
        "is_offered": request.community.has(queries.SWITCH),
        "may_switch": request.member.may("settings.edit"),
        "may_end": request.member.may("content.hide"),
        "figures": queries.figures(request.community),
        "result": queries.result(request.community),
        "reported": queries.reported(request.community),
        "fewest": rules.FEWEST, "fewest_people": FEWEST_PEOPLE, "days": rules.MEASURED.days,
    }  # fmt: skip
    return render(request, "introductions/studio_introductions.html", context)


@operator("settings.edit")
@require_POST
def switch(request: Any) -> HttpResponse:
    is_on = request.POST.get("on") == "1"
    switches = {**request.community.switches, queries.SWITCH: is_on}
    communities.change_settings(
        community=request.community, by=request.user, now=timezone.now(), switches=switches
    )
    toast(request, _("Members may be introduced now.") if is_on else _("Nobody is introduced now."))
    return redirect(url(request.community, "studio-introductions"))


@operator("content.hide")
@require_POST
def end(request: Any, id: UUID) -> HttpResponse:
    sides = Side.objects.of(request.community).exclude(introduction__state=rules.HELD)
    side = get_object_or_404(sides, public_id=id)
    moderated.end_reported(side=side, by=request.member, now=timezone.now())
    toast(request, _("The introduction is ended."))
    return redirect(url(request.community, "studio-introductions"))
