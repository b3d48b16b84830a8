"""What the pages of rooms and of conversations have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from banyan.core.refusals import Refusal

from ..actions import messages, talks
from ..forms import MessageForm
from ..models import Room
from ..queries import talks as queries


def wants_json(request: Any) -> bool:
    return bool(request.headers.get("Accept", "").startswith("application/json"))


def page(
    request: Any, room: Room, template: str, context: dict[str, Any], *,
    form: MessageForm | None = None,
) -> HttpResponse:  # fmt: skip
    """A room with a page of what was said; reading it moves the reader's mark."""
    before = request.GET.get("before", "")
    found = queries.history(
        room, before=int(before[:18]) if before.isdecimal() else 0, reader=request.user
    )
    if found.messages and not before:
        talks.mark_read(
            room=room, person=request.user, upto=found.messages[-1].pk, now=timezone.now()
        )
    shown = {
        "room": room,
        "history": found,
        "form": form or MessageForm(),
        "is_latest": not before,
        **context,
    }
    return render(request, template, shown, status=422 if form and form.is_bound else 200)


def said(request: Any, room: Room, back: str) -> HttpResponse | MessageForm:
    """Send what the form holds: the answer, or the form with what is wrong in it."""
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            made = messages.send(
                room=room,
                author=request.user,
                body=form.cleaned_data["body"].strip(),
                now=timezone.now(),
            )
        except Refusal as refusal:
            if wants_json(request):
                raise
            form.add_error("body", str(refusal.sentence))
        else:
            if wants_json(request):
                said = {"id": made.oid, "n": made.change, "held": made.is_held}
                return JsonResponse(said, status=201)
            return redirect(f"{back}#m-{made.oid}")
    if wants_json(request):
        sentence = next(iter(form.errors.get("body", [""])))
        return JsonResponse(
            {"status": 422, "detail": sentence}, status=422, content_type="application/problem+json"
        )
    return form
