"""One message: changing it, taking it back, telling the moderators of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities import rules as community_rules
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.ui.toasts import toast
from banyan.moderation import actions as moderation
from banyan.moderation.forms import ReportForm
from banyan.people.doors import person

from ..actions import messages as actions
from ..forms import MessageForm
from ..models import Message
from ..permissions import is_in, mute_in
from ..queries import moderated
from .shown import wants_json


def place_of(message: Message) -> str:
    room = message.room
    if room.community is not None:
        return url(room.community, "chat-room", id=room.public_id)
    return reverse("messages-talk", kwargs={"id": room.public_id})


def _message(request: Any, id: UUID, *, mine: bool) -> Message:
    """A message that the reader can see; those of others' rooms do not exist."""
    found = Message.objects.select_related("room__community", "author").filter(public_id=id)
    message = (found.filter(author=request.user) if mine else found).first()
    if message is None or not is_in(request.user, message.room):
        raise Http404
    return message


@person
def edit(request: Any, id: UUID) -> HttpResponse:
    message = _message(request, id, mine=True)
    if not message.is_sent:
        raise Http404
    form = MessageForm(request.POST or None, initial={"body": message.body})
    form.fields["body"].widget.attrs["rows"] = 4
    muted = mute_in(message.room, request.user, now=timezone.now())
    if request.method == "POST" and form.is_valid() and muted is None:
        actions.edit(
            message=message,
            by=request.user,
            body=form.cleaned_data["body"].strip(),
            now=timezone.now(),
        )
        return redirect(f"{place_of(message)}#m-{message.oid}")
    context = {"form": form, "message": message, "muted": muted, "back": place_of(message)}
    return render(
        request, "chat/edit.html", context, status=422 if request.method == "POST" else 200
    )


@person
@require_POST
def delete(request: Any, id: UUID) -> HttpResponse:
    message = _message(request, id, mine=True)
    actions.delete(message=message, by=request.user, now=timezone.now())
    undo, sentence = reverse("message-undelete", kwargs={"id": id}), _("Your message is deleted.")
    if wants_json(request):
        return JsonResponse({"undo": undo, "text": sentence})
    toast(request, sentence, undo=undo)
    return redirect(place_of(message))


@person
@require_POST
def undelete(request: Any, id: UUID) -> HttpResponse:
    message = _message(request, id, mine=True)
    actions.undelete(message=message, by=request.user, now=timezone.now())
    return redirect(f"{place_of(message)}#m-{message.oid}")


@person
def report(request: Any, id: UUID) -> HttpResponse:
    """A direct message goes to the moderators of a community both are in."""
    message = _message(request, id, mine=False)
    if not message.is_sent:
        raise Http404
    if message.author_id == request.user.pk:
        raise moderation.OwnThing
    room = message.room
    if room.community is not None:
        return redirect(url(room.community, "report", kind="message", id=id))
    reporter = _member_beside(request.user, message.author)
    if reporter is None:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    thing = moderated.shown(reporter.community, message)
    if form.is_valid():
        moderation.report(thing=thing, reporter=reporter, now=timezone.now(), **form.cleaned_data)
        toast(request, _("Thank you. The moderators will look at it."))
        return redirect(place_of(message))
    context = {"form": form, "message": message, "back": place_of(message), "of": reporter}
    return render(request, "chat/report.html", context, status=422 if form.is_bound else 200)


def _member_beside(person: Any, author: Any) -> Member | None:
    joined = Member.objects.filter(state=community_rules.JOINED, community__closed_at=None)
    return (
        joined.filter(person=person, community__in=joined.filter(person=author).values("community"))
        .select_related("community", "person")
        .order_by("pk")
        .first()
    )
