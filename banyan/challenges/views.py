"""Members' pages: all challenges, one of them, checking in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only, reader
from banyan.communities.places import url
from banyan.core.ids import read_id
from banyan.core.pictures import NotAPicture, take_picture
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import CheckInForm
from .models import Challenge, CheckIn, Team


@reader
def challenges(request: Any) -> HttpResponse:
    rows = queries.list_of(request.community)
    return render(
        request,
        "challenges/challenges.html",
        {
            "open_ones": [row for row in rows if row.is_open],
            "past": [row for row in rows if not row.is_open],
            "may_run": bool(request.member and request.member.may(actions.RIGHT)),
        },
    )


def _find(request: Any, slug: str) -> Challenge:
    found: Challenge = get_object_or_404(Challenge.objects.of(request.community), slug=slug)
    found.community = request.community
    return found


@reader
def challenge(request: Any, slug: str) -> HttpResponse:
    return _page(request, _find(request, slug), CheckInForm())


def _page(request: Any, found: Challenge, form: CheckInForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    member = request.member if request.member and request.member.is_in else None
    mine = queries.mine(found, member, now=now) if member else None
    today = rules.local_day(now, found.zone)
    return render(
        request,
        "challenges/challenge.html",
        {
            "challenge": found,
            "mine": mine,
            "number": mine.number
            if mine
            else min(max(rules.number(today, found.starts_on), 1), found.days),
            "all": queries.together(found, now=now),
            "teams": queries.team_sums(found),
            "shown": queries.latest_shown(found),
            "form": form,
            "is_in": member is not None,
            "is_running": found.state == rules.RUNNING,
            "takes_today": mine is not None
            and found.state == rules.RUNNING
            and rules.is_day_of(mine.today, found.starts_on, found.days),
            "may_choose_team": mine is not None
            and found.is_open
            and (mine.entry.team_id is None or found.state == rules.SCHEDULED),
            "may_run": member is not None and member.may(actions.RIGHT),
        },
        status=status,
    )


def _team(request: Any, found: Challenge) -> Team | None:
    try:
        return found.teams.filter(public_id=read_id(request.POST.get("team", ""))).first()
    except ValueError:
        return None


@member_only
@require_POST
def join(request: Any, slug: str) -> HttpResponse:
    """Take part; with `team`, stand with one."""
    found = _find(request, slug)
    actions.join(
        challenge=found, member=request.member, team=_team(request, found), now=timezone.now(),
        zone=request.user.zone or request.COOKIES.get("zone", ""),
    )  # fmt: skip
    toast(request, _("You are in it."))
    return redirect(url(request.community, "challenge", slug=slug))


@member_only
@require_POST
def leave(request: Any, slug: str) -> HttpResponse:
    actions.leave(challenge=_find(request, slug), member=request.member, now=timezone.now())
    back = url(request.community, "challenge-join", slug=slug)
    toast(request, _("You have left the challenge. Your days are kept."), undo=back)
    return redirect(url(request.community, "challenge", slug=slug))


@member_only
@require_POST
def check_in(request: Any, slug: str) -> HttpResponse:
    """Today, or with `day` a missed one; with words or a photo it is shown as a post."""
    found, now = _find(request, slug), timezone.now()
    form = CheckInForm(request.POST, request.FILES)
    photos = []
    if form.is_valid() and form.cleaned_data["photo"]:
        try:
            photos = [
                take_picture(
                    form.cleaned_data["photo"], community_id=request.community.pk,
                    owner=request.user.pseudonym, now=now, alt=found.here_title,
                    lang=found.here_lang,
                )
            ]  # fmt: skip
        except NotAPicture as refusal:
            form.add_error("photo", str(refusal.sentence))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    made = actions.check_in(
        challenge=found, member=request.member, now=now, words=form.cleaned_data["words"],
        photos=photos, day=form.cleaned_data["day"],
    )  # fmt: skip
    undo = url(request.community, "challenge-undo", slug=slug, id=made.public_id)
    toast(request, _("Made up for it.") if made.is_made_up else _("Done for today."), undo=undo)
    return redirect(url(request.community, "challenge", slug=slug))


@member_only
@require_POST
def undo(request: Any, slug: str, id: UUID) -> HttpResponse:
    made = get_object_or_404(
        CheckIn.objects.of(request.community).select_related("challenge__community"),
        public_id=id, challenge__slug=slug, member=request.member,
    )  # fmt: skip
    actions.undo_check_in(check_in=made, member=request.member, now=timezone.now())
    toast(request, _("Taken back."))
    return redirect(url(request.community, "challenge", slug=slug))


@member_only
@require_POST
def remind(request: Any, slug: str) -> HttpResponse:
    wants = request.POST.get("wants") == "1"
    actions.set_reminders(challenge=_find(request, slug), member=request.member, wants=wants)
    said = (
        _("You will be told in the evening of a day that is still empty.")
        if wants
        else _("You will not be told any more.")
    )
    toast(request, said)
    return redirect(url(request.community, "challenge", slug=slug))
