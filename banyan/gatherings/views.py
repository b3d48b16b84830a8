"""Members' pages: what is coming, one gathering, my answer, the calendar file."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from banyan.communities import rules as places
from banyan.communities.doors import member_only, reader
from banyan.communities.places import full_url, url
from banyan.core.idempotency import keyless
from banyan.core.refusals import Refusal
from banyan.core.text import plain, render_markdown
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import AnswerForm


def own_zone(request: Any) -> str:
    """The zone that this reader chose; "" when they chose none."""
    name = request.COOKIES.get("zone", "")
    try:
        return ZoneInfo(name).key if name else ""
    except (ValueError, OSError):
        return ""


def _member(request: Any) -> Any:
    return request.member if request.member is not None and request.member.is_in else None


@reader
def gatherings(request: Any) -> HttpResponse:
    now, zone = timezone.now(), own_zone(request)
    coming = queries.coming(request.community, _member(request), now=now)
    past = queries.past(request.community, now=now)
    for one in [*coming, *past]:
        one.when = queries.when(one, now=now, own_zone=zone)
    member = _member(request)
    context = {
        "coming": coming,
        "past": past,
        "can_plan": bool(member and member.may("content.edit")),
    }
    return render(request, "gatherings/gatherings.html", context)


@reader
def gathering(request: Any, id: UUID) -> HttpResponse:
    found, now, member = queries.one(request.community, id), timezone.now(), _member(request)
    found.when = queries.when(found, now=now, own_zone=own_zone(request))  # type: ignore[attr-defined]
    answers = queries.answers(found, member)
    runs_it = bool(member and member.may("content.edit"))
    is_going = answers.mine is not None and answers.mine.answer == rules.GOING
    context = {
        "gathering": found,
        "share": {
            "title": found.title,
            "text": plain(found.text, 160) if found.text else request.community.here_purpose,
            "url": full_url(request.community, "gathering", id=id),
            "site": request.community.here_name,
        }
        if request.community.visibility == places.PUBLIC
        else None,
        "html": mark_safe(render_markdown(found.text)) if found.text else "",
        "answers": answers,
        "more_going": max(answers.counts.get(rules.GOING, 0) - len(answers.going), 0),
        "choices": [choice for choice in rules.ANSWERS if choice[0] in rules.CHOSEN],
        "is_in": member is not None,
        "runs_it": runs_it,
        "shows_link": found.link and (is_going or runs_it),
        "is_over": found.is_over(now),
        "is_full": not rules.has_room(found.going_count, found.capacity),
    }
    return render(request, "gatherings/gathering.html", context)


class NoAnswer(Refusal):
    sentence = _lazy("Say whether you are going, maybe, or not.")


@keyless
@member_only
@require_POST
def answer(request: Any, id: UUID) -> HttpResponse:
    """My answer; it may be sent again without harm."""
    found = queries.one(request.community, id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise NoAnswer
    became = actions.answer(
        gathering=found, member=request.member, now=timezone.now(), **form.cleaned_data
    )
    toast(request, _SAID[became]())
    return redirect(url(request.community, "gathering", id=id))


_SAID = {
    rules.GOING: lambda: _("You are on the list."),
    rules.MAYBE: lambda: _("Noted: maybe."),
    rules.NO: lambda: _("Noted. Perhaps next time."),
    rules.WAITING: lambda: _("All places are taken; you are on the waiting list."),
}


@reader
def calendar(request: Any, id: UUID) -> HttpResponse:
    """For the reader's own calendar. The link is in it for those who are going."""
    found, member = queries.one(request.community, id), _member(request)
    mine = queries.answers(found, member).mine if member else None
    words = plain(found.text, 1000) if found.text else ""
    if found.link and mine is not None and mine.answer == rules.GOING:
        words = f"{words}\n{found.link}".strip()
    text = rules.calendar(
        uid=f"{found.oid}@banyan",
        title=found.title,
        text=words,
        place=found.place,
        url=request.build_absolute_uri(full_url(request.community, "gathering", id=id)),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        changed_at=found.changed_at,
        version=found.version,
        is_cancelled=found.is_cancelled,
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.oid}.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response
