"""Rooms of a community, for its members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.idempotency import keyless

from ..actions import talks
from ..models import Room
from ..queries import talks as queries
from .shown import page, said


@member_only
def chat(request: Any) -> HttpResponse:
    """All rooms, and what is new in each."""
    lines = queries.rooms_of(request.community, request.user)
    return render(request, "chat/rooms.html", {"lines": lines})


@member_only
def room(request: Any, id: UUID) -> HttpResponse:
    found = _room(request, id)
    return _page(request, found)


@member_only
@require_POST
def send(request: Any, id: UUID) -> HttpResponse:
    found = _room(request, id)
    answer = said(request, found, url(request.community, "chat-room", id=id))
    return answer if isinstance(answer, HttpResponse) else _page(request, found, answer)


@member_only
@require_POST
@keyless
def read(request: Any, id: UUID) -> HttpResponse:
    found, upto = _room(request, id), request.POST.get("upto", "")
    if upto.isdecimal() and len(upto) < 19:
        talks.mark_read(room=found, person=request.user, upto=int(upto), now=timezone.now())
    return HttpResponse(status=204)


def _room(request: Any, id: UUID) -> Room:
    found = Room.objects.of(request.community).filter(public_id=id).first()
    if found is None:
        raise Http404
    found.community = request.community
    return found


def _page(request: Any, found: Room, form: Any = None) -> HttpResponse:
    lines = queries.rooms_of(request.community, request.user)
    context = {
        "lines": lines,
        "send_url": url(request.community, "chat-send", id=found.public_id),
        "read_url": url(request.community, "chat-read", id=found.public_id),
        "may_moderate": request.member.may("content.moderate"),
    }
    return page(request, found, "chat/room.html", context, form=form)
