"""The queue and the decisions about things."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import moderator, operator
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed
from banyan.core.ui.toasts import toast
from banyan.culture.queries import clauses

from . import actions, queries, queue, rules
from .forms import VerdictForm
from .objects import kind_of
from .standing.striking import days_of

REPORTED, ALL, HIDDEN = "reported", "all", "hidden"
WAITING, REPORT = "waiting", "report"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def queue_page(request: Any, tab: str, **extra: Any) -> dict[str, Any]:
    """What the page of `tab` shows, and where its next page begins."""
    community, member, now = request.community, request.member, timezone.now()
    counts = queue.counts(community, member, now)
    context: dict[str, Any] = {
        "tab": tab,
        "counts": counts,
        "waiting": sum(number for _sort, number in counts),
        "reasons": rules.REASONS,
        "clauses": clauses(community),
        "now": now,
        "may": {name: member.may(right) for name, right in _RIGHTS.items()},
        "strike_days": days_of(community),
        **extra,
    }
    if tab == WAITING:
        only = request.GET.get("kind", "")
        if request.GET.get("tab") == REPORTED or "form_for" in extra:
            only = REPORT
        only = only if only in {sort.key for sort, _number in counts} else ""
        number = request.GET.get("page", "1")
        page = int(number) if number.isdecimal() and len(number) < 6 else 1
        rows, more = queue.waiting(community, member, now=now, only=only, page=page)
        following = f"tab={WAITING}&kind={only}&page={max(page, 1) + 1}"
        return context | {"rows": rows, "only": only, "next": f"?{following}" if more else ""}
    state = rules.HIDDEN if tab == HIDDEN else rules.SHOWN
    before = _moment(request.GET.get("before", ""))
    if before is not None and timezone.is_naive(before):
        before = None
    items, more = queries.latest(community, state, before)
    following = f"before={items[-1].thing.at:%Y-%m-%dT%H:%M:%S.%fZ}" if items else ""
    return context | {"items": items, "next": f"?tab={tab}&{following}" if more else ""}


_RIGHTS = {
    "judge": "content.moderate",
    "hide": "content.hide",
    "mute": "members.mute",
    "strike": "members.strike",
    "see": "members.see",
    "answer": "appeals.answer",
    "set": "settings.edit",
}


@operator("studio.see")
def content(request: Any) -> HttpResponse:
    """Whoever answers one kind of what waits sees that kind; all posts only who judges them."""
    tab = request.GET.get("tab", WAITING)
    tab = tab if tab in (ALL, HIDDEN) else WAITING
    if tab != WAITING and not request.member.may("content.moderate"):
        raise NotAllowed
    return render(request, "moderation/content.html", queue_page(request, tab))


@moderator
@require_POST
def decide(request: Any, kind: str, id: UUID, verdict: str) -> HttpResponse:
    thing = kind_of(kind).find(request.community, id)
    if thing is None or verdict not in rules.ABOUT_THINGS:
        raise Http404
    if not request.member.may(rules.RIGHTS[verdict]):
        raise NotAllowed
    if not request.member.judges_in(thing.section):
        raise NotAllowed(_("You judge another topic than this one."))
    said: dict[str, Any] = {}
    if verdict in (rules.HIDE, rules.REMOVE):
        form = VerdictForm(request.POST)
        if not form.is_valid():
            return _once_more(request, thing, verdict, form)
        said = form.cleaned_data
        if said["strike"] and not request.member.may("members.strike"):
            raise NotAllowed
    actions.decide(thing=thing, verdict=verdict, by=request.member, now=timezone.now(), **said)
    undo = ""
    if verdict == rules.HIDE:
        undo = url(
            request.community, "studio-content-decide", kind=kind, id=id, verdict=rules.RESTORE
        )
    toast(request, _SAID[verdict](), undo=undo)
    return redirect(_back(request))


def _once_more(request: Any, thing: Any, verdict: str, form: VerdictForm) -> HttpResponse:
    """The page with what was typed, on top the thing it is about."""
    tab = HIDDEN if verdict == rules.REMOVE else WAITING
    context = queue_page(request, tab, form=form, form_for=thing.oid)
    items = context.get("items") or [row.thing for row in context.get("rows", [])]
    if thing.oid not in {item.thing.oid for item in items}:
        item = queries.Item(thing, [])
        queries.with_authors([item])
        context["first"] = item
    return render(request, "moderation/content.html", context, status=422)


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
