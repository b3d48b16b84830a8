from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.communities.doors import member_only, reader
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import ReportForm
from .objects import kind_of
from .standing.queries import appeal_figures


@reader
def log(request: Any) -> HttpResponse:
    """What was decided here and why, for every reader, without anybody's name."""
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    rows, following = queries.public_log(request.community, before)
    return render(
        request,
        "moderation/log.html",
        {"rows": rows, "next": following, "figures": appeal_figures(request.community)},
    )


@member_only
def report(request: Any, kind: str, id: UUID) -> HttpResponse:
    thing = kind_of(kind).find(request.community, id)
    if thing is None or thing.state != rules.SHOWN:
        raise Http404
    if thing.author_id == request.member.pk:
        raise actions.OwnThing
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.report(
            thing=thing, reporter=request.member, now=timezone.now(), **form.cleaned_data
        )
        toast(request, _("Thank you. The moderators will look at it."))
        return redirect(thing.url)
    context = {"form": form, "thing": thing, "page_is_wide": True}
    return render(request, "moderation/report.html", context, status=422 if form.is_bound else 200)
