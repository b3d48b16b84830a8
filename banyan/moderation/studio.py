from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import moderator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast
from banyan.culture.queries import clauses

from . import actions, queries, rules
from .forms import VerdictForm
from .objects import kind_of

REPORTED, ALL, HIDDEN = "reported", "all", "hidden"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _queue(request: Any, tab: str, **extra: Any) -> dict[str, Any]:
    """What the page of `tab` shows, and where its next page begins."""
    if tab == REPORTED:
        page = int(number) if (number := request.GET.get("page", "1")).isdecimal() else 1
        page = min(max(page, 1), 10_000)
        items, more = queries.reported(request.community, page)
        following = f"page={page + 1}"
    else:
        state = rules.HIDDEN if tab == HIDDEN else rules.SHOWN
        before = _moment(request.GET.get("before", ""))
        if before is not None and timezone.is_naive(before):
            before = None
        items, more = queries.latest(request.community, state, before)
        following = f"before={items[-1].thing.at:%Y-%m-%dT%H:%M:%S.%fZ}" if items else ""
    return {
        "tab": tab,
        "items": items,
        "next": f"?tab={tab}&{following}" if more else "",
        "waiting": queries.open_count(request.community),
        "reasons": rules.REASONS,
        "clauses": clauses(request.community),
        **extra,
    }


@moderator
def content(request: Any) -> HttpResponse:
    tab = request.GET.get("tab", REPORTED)
    tab = tab if tab in (ALL, HIDDEN) else REPORTED
    return render(request, "moderation/content.html", _queue(request, tab))


@moderator
@require_POST
def decide(request: Any, kind: str, id: UUID, verdict: str) -> HttpResponse:
    thing = kind_of(kind).find(request.community, id)
    if thing is None or verdict not in dict(rules.VERDICTS):
        raise Http404
    said: dict[str, str] = {}
    if verdict in (rules.HIDE, rules.REMOVE):
        form = VerdictForm(request.POST)
        if not form.is_valid():
            tab = HIDDEN if verdict == rules.REMOVE else REPORTED
            context = _queue(request, tab, form=form, form_for=thing.oid)
            if thing.oid not in {item.thing.oid for item in context["items"]}:
                context["items"].insert(0, queries.Item(thing, []))
            return render(request, "moderation/content.html", context, status=422)
        said = form.cleaned_data
    actions.decide(thing=thing, verdict=verdict, by=request.member, now=timezone.now(), **said)
    undo = ""
    if verdict == rules.HIDE:
        undo = url(
            request.community, "studio-content-decide", kind=kind, id=id, verdict=rules.RESTORE
        )
    toast(request, _SAID[verdict](), undo=undo)
    return redirect(_back(request))


_SAID = {
    rules.HIDE: lambda: _("Hidden. Its author can read why."),
    rules.RESTORE: lambda: _("Everybody can see it again."),
    rules.DISMISS: lambda: _("Left as it is. The reports are settled."),
    rules.REMOVE: lambda: _("Removed for good."),
}


def _back(request: Any) -> str:
    tab = request.POST.get("tab", "")
    here = url(request.community, "studio-content")
    return f"{here}?tab={tab}" if tab in (ALL, HIDDEN) else here
