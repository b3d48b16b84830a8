"""What was decided about me, and appealing: pages of the person, so also for who is banned."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from .. import rules
from ..forms import AppealForm
from ..models import Decision
from . import appealing, queries


@person
def mine(request: Any) -> HttpResponse:
    rows = queries.decisions_about(request.user)
    return render(request, "moderation/mine.html", {"rows": rows, "now": timezone.now()})


@person
def decision(request: Any, id: UUID) -> HttpResponse:
    rows = Decision.objects.filter(subject=request.user.pseudonym).exclude(verdict=rules.DISMISS)
    joined = rows.select_related("community", "explanation", "appeal", "mute", "strike")
    found = get_object_or_404(joined, public_id=id)
    now = timezone.now()
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        words = form.cleaned_data["words"].strip()
        appealing.appeal(decision=found, person=request.user, words=words, now=now)
        toast(request, _("Your appeal is with the moderators. You will be told."))
        return redirect("my-decision", id=id)
    is_open = appealing.may_appeal(found, now) and not hasattr(found, "appeal")
    context = {
        "decision": found,
        "thing": queries.thing_of(found),
        "form": form,
        "may_appeal": is_open and appealing.stands(found, now),
        "closes_at": appealing.closes_at(found),
        "now": now,
    }
    status = 422 if form.is_bound else 200
    return render(request, "moderation/decision.html", context, status=status)
