"""Conversations of two or a few: the inbox, one of them, beginning, leaving, blocking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.idempotency import keyless
from banyan.core.ids import read_id
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.people.doors import person
from banyan.people.models import Person

from .. import rules
from ..actions import talks as actions
from ..forms import TalkForm
from ..models import Block, Room, Seat
from ..permissions import check_may_write_to, mute_in, mute_towards, share_a_community
from ..queries import talks as queries
from .shown import page, said


@person
def inbox(request: Any) -> HttpResponse:
    context = _lists(request) | {
        "blocks": Block.objects.filter(blocker=request.user).select_related("blocked__picture")
    }
    return render(request, "chat/inbox.html", context)


@person
def unread(request: Any) -> HttpResponse:
    return JsonResponse({"unread": queries.unread(request.user)})


@person
def begin(request: Any) -> HttpResponse:
    """Choose people of one's communities, and the first words."""
    chosen = _people(request, request.GET.getlist("to") or request.POST.getlist("to"))
    words = request.GET.get("q", "").strip()[:60]
    form = TalkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            room = actions.begin(
                author=request.user,
                to=chosen,
                body=form.cleaned_data["body"].strip(),
                name=form.cleaned_data["name"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("messages-talk", id=room.public_id)
    found = queries.may_be_written_by(request.user, words)
    context = {
        "form": form,
        "muted": mute_towards(request.user, chosen, now=timezone.now()) if chosen else None,
        "chosen": chosen,
        "people": [one for one in found if one not in chosen],
        "words": words,
    }
    return render(
        request, "chat/begin.html", context, status=422 if request.method == "POST" else 200
    )


@person
def talk(request: Any, id: UUID) -> HttpResponse:
    return _page(request, _room(request, id))


@person
@require_POST
def send(request: Any, id: UUID) -> HttpResponse:
    room = _room(request, id)
    answer = said(request, room, reverse("messages-talk", kwargs={"id": id}))
    return answer if isinstance(answer, HttpResponse) else _page(request, room, answer)


@person
@require_POST
@keyless
def read(request: Any, id: UUID) -> HttpResponse:
    room, upto = _room(request, id), request.POST.get("upto", "")
    if upto.isdecimal() and len(upto) < 19:
        actions.mark_read(room=room, person=request.user, upto=int(upto), now=timezone.now())
    return HttpResponse(status=204)


@person
@require_POST
def accept(request: Any, id: UUID) -> HttpResponse:
    actions.accept(room=_room(request, id), by=request.user, now=timezone.now())
    return redirect("messages-talk", id=id)


@person
@require_POST
def leave(request: Any, id: UUID) -> HttpResponse:
    actions.leave(room=_room(request, id), by=request.user, now=timezone.now())
    toast(request, _("It is gone from your messages."))
    return redirect("messages")


@person
@require_POST
def block(request: Any, id: UUID) -> HttpResponse:
    """Somebody one has met: in a community, or in a conversation."""
    other = _met(request, id)
    actions.block(person=other, by=request.user, now=timezone.now())
    toast(
        request,
        _("You and %(name)s cannot write to each other any more.") % {"name": other},
        undo=reverse("messages-unblock", kwargs={"id": id}),
    )
    return redirect("messages")


@person
@require_POST
def unblock(request: Any, id: UUID) -> HttpResponse:
    other = Person.objects.filter(
        public_id=id, pk__in=Block.objects.filter(blocker=request.user).values("blocked")
    ).first()
    if other is None:
        raise Http404
    actions.unblock(person=other, by=request.user)
    toast(request, _("No longer blocked."))
    return redirect("messages")


def _met(request: Any, id: UUID) -> Person:
    other = Person.objects.here().filter(public_id=id).first()
    if other is None:
        raise Http404
    mine = Seat.objects.filter(person=request.user, room__community=None)
    talked = Seat.objects.filter(person=other, room__in=mine.values("room")).exists()
    if not (talked or share_a_community(request.user, other)):
        raise Http404
    return other


def _room(request: Any, id: UUID) -> Room:
    """A conversation one has a seat in; those of others do not exist."""
    found = Room.objects.filter(public_id=id, community=None, seats__person=request.user)
    room = found.exclude(seats__person=request.user, seats__state=rules.GONE).first()
    if room is None:
        raise Http404
    return room


def _people(request: Any, oids: list[str]) -> list[Person]:
    """Those chosen whom one may write to; the others are left out."""
    ids = []
    for oid in oids[: rules.MOST_IN_GROUP]:
        try:
            ids.append(read_id(oid))
        except ValueError:
            continue
    found = []
    for one in Person.objects.filter(public_id__in=ids).select_related("picture").order_by("name"):
        try:
            check_may_write_to(request.user, one)
        except Refusal:
            continue
        found.append(one)
    return found


def _lists(request: Any) -> dict[str, Any]:
    return {
        "lines": queries.talks_of(request.user, state=rules.IN),
        "asked": queries.talks_of(request.user, state=rules.ASKED),
    }


def _page(request: Any, room: Room, form: Any = None) -> HttpResponse:
    lists = _lists(request)
    seats = list(Seat.objects.filter(room=room).select_related("person__picture").order_by("pk"))
    mine = next(seat for seat in seats if seat.person_id == request.user.pk)
    others = [seat.person for seat in seats if seat.person_id != request.user.pk]
    context = lists | {
        "others": others,
        "other": others[0] if room.kind == rules.DIRECT and others else None,
        "is_asked": mine.state == rules.ASKED,
        "muted": mute_in(room, request.user, now=timezone.now()),
        "send_url": reverse("messages-send", kwargs={"id": room.public_id}),
        "read_url": reverse("messages-read", kwargs={"id": room.public_id}),
    }
    return page(request, room, "chat/talk.html", context, form=form)
