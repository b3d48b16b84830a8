from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.people.doors import person

from .. import queries
from ..actions import tell
from ..models import Notice


@person
def notices(request: Any) -> HttpResponse:
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    groups, following = queries.told(request.user, before)
    return render(
        request, "outreach/notices.html", {"groups": groups, "next": following, "before": before}
    )


def _mine(request: Any, public_id: UUID) -> Notice:
    found = Notice.objects.filter(person=request.user, public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@person
@require_POST
def read(request: Any, id: UUID) -> HttpResponse:
    tell.read(person=request.user, notice=_mine(request, id), now=timezone.now())
    return redirect("notices")


@person
@require_POST
def read_all(request: Any) -> HttpResponse:
    tell.read_all(person=request.user, now=timezone.now())
    return redirect("notices")


@person
@require_POST
def open_one(request: Any, id: UUID) -> HttpResponse:
    """Mark it read and go where it points: an address that we wrote down ourselves."""
    notice = _mine(request, id)
    tell.read(person=request.user, notice=notice, now=timezone.now())
    return redirect(notice.url)
