"""Operators' page for the rooms of a community."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast

from .actions import rooms as actions
from .forms import RoomForm
from .models import Room


def _rooms(request: Any) -> list[tuple[Room, RoomForm]]:
    rooms = Room.objects.of(request.community).order_by("position", "pk")
    return [(room, _form_of(room)) for room in rooms]


def _form_of(room: Room, posted: Any = None) -> RoomForm:
    now = {
        "name": room.name, "second_name": room.second_name, "slow_seconds": room.slow_seconds
    }  # fmt: skip
    return RoomForm(posted, initial=now, auto_id=f"id_{room.oid}_%s")


def _room(request: Any, id: UUID) -> Room:
    found = Room.objects.of(request.community).filter(public_id=id).first()
    if found is None:
        raise Http404
    found.community = request.community
    return found


@operator("content.edit")
def rooms(request: Any) -> HttpResponse:
    """The rooms, and a form for one more."""
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_room(
                community=request.community,
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            toast(request, _("The room is open to all members."))
            return redirect(url(request.community, "studio-chat"))
    context = {"rooms": _rooms(request), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "chat/studio_rooms.html", context, status=status)


@operator("content.edit")
@require_POST
def change(request: Any, id: UUID) -> HttpResponse:
    room = _room(request, id)
    form = _form_of(room, request.POST)
    if not form.is_valid():
        listed = [(one, form if one.pk == room.pk else own) for one, own in _rooms(request)]
        context = {"rooms": listed, "form": RoomForm()}
        return render(request, "chat/studio_rooms.html", context, status=422)
    actions.change(room=room, by=request.user, now=timezone.now(), **form.cleaned_data)
    toast(request, _("Saved."))
    return redirect(url(request.community, "studio-chat"))


@operator("content.edit")
@require_POST
def close(request: Any, id: UUID) -> HttpResponse:
    actions.close(room=_room(request, id), by=request.user, now=timezone.now())
    toast(
        request,
        _("The room is closed; what was said stays to read."),
        undo=url(request.community, "studio-chat-reopen", id=id),
    )
    return redirect(url(request.community, "studio-chat"))


@operator("content.edit")
@require_POST
def reopen(request: Any, id: UUID) -> HttpResponse:
    actions.reopen(room=_room(request, id), by=request.user, now=timezone.now())
    toast(request, _("The room is open again."))
    return redirect(url(request.community, "studio-chat"))
