"""The page “Meet a member”: the switch, the introduction, hello or not for me."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import HelloForm
from .models import Side


@member_only
def meet(request: Any) -> HttpResponse:
    return _page(request, HelloForm())


def _page(request: Any, form: HelloForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    is_on = queries.is_willing(request.member)
    is_offered = request.community.has(queries.SWITCH)
    side = queries.current(request.member, now) if is_on and is_offered else None
    theirs = (
        Side.objects.filter(introduction=side.introduction_id, member=side.other_id).first()
        if side
        else None
    )
    context = {
        "is_on": is_on, "is_offered": is_offered, "side": side, "form": form,
        "theirs": theirs.public_id if theirs else None, "interests": queries.interests_of(
            request.user, now
        ),
        "has_written": side is not None and side.said == rules.WROTE,
        "has_followed": side is not None and side.said == rules.FOLLOWED,
        "open_days": rules.OPEN.days, "measured_days": rules.MEASURED.days,
    }  # fmt: skip
    return render(request, "introductions/meet.html", context, status=status)


@member_only
@require_POST
def switch(request: Any) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("on") == "1":
        actions.turn_on(member=request.member, now=now)
        toast(request, _("Introductions are on."))
    else:
        actions.turn_off(member=request.member, now=now)
        toast(request, _("Introductions are off."))
    return redirect(url(request.community, "meet"))


def _side(request: Any, id: UUID) -> Side:
    """One's own; those of others, and pairs left to chance, do not exist."""
    mine = Side.objects.of(request.community).filter(member=request.member)
    shown = mine.exclude(introduction__state=rules.HELD)
    found: Side = get_object_or_404(
        shown.select_related("other__person", "other__community"), public_id=id
    )
    return found


@member_only
@require_POST
def write(request: Any, id: UUID) -> HttpResponse:
    """Say hello with a message, and go on in the conversation."""
    side, form = _side(request, id), HelloForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    room = actions.write(
        side=side, member=request.member, body=form.cleaned_data["body"].strip(),
        now=timezone.now(),
    )  # fmt: skip
    toast(request, _("You have said hello."))
    return redirect("messages-talk", id=room.public_id)


@member_only
@require_POST
def follow(request: Any, id: UUID) -> HttpResponse:
    side = _side(request, id)
    actions.follow(side=side, member=request.member, now=timezone.now())
    toast(request, _("You follow %(name)s.") % {"name": side.other.person})
    return redirect(url(request.community, "meet"))


@member_only
@require_POST
def put_away(request: Any, id: UUID) -> HttpResponse:
    actions.put_away(side=_side(request, id), member=request.member, now=timezone.now())
    toast(request, _("Put away. Nobody is told."))
    return redirect(url(request.community, "meet"))
