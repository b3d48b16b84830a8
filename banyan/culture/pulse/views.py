from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only, operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries, rules


@member_only
@require_POST
def pulse(request: Any) -> HttpResponse:
    """An answer from 1 to 5, “not this time” or “never”."""
    said, now = request.POST.get("say", ""), timezone.now()
    if said in (rules.SKIPPED, rules.NEVER):
        actions.skip(member=request.member, for_ever=said == rules.NEVER, now=now)
        if said == rules.NEVER:
            undo = url(request.community, "pulse-again")
            toast(request, _("You will not be asked again."), undo=undo)
    elif said.isdecimal() and int(said) in dict(rules.SCORES):
        actions.answer(member=request.member, score=int(said), now=now)
        toast(request, _("Thank you. Your answer is kept without your name."))
    return redirect(url(request.community, "community"))


@member_only
@require_POST
def again(request: Any) -> HttpResponse:
    actions.ask_again(member=request.member)
    toast(request, _("You may be asked again from next month on."))
    return redirect(url(request.community, "membership"))


@operator("culture.run")
def findings(request: Any) -> HttpResponse:
    now = timezone.now()
    answered, never = queries.answering(request.community, now=now)
    context = {
        "months": queries.months(request.community, now=now), "answered": answered,
        "never": never, "fewest": rules.FEWEST,
    }  # fmt: skip
    return render(request, "culture/studio_pulse.html", context)
