"""Operators announce challenges, end them, and see who is behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import ChallengeForm
from .models import Challenge

_WORDS = ("title", "second_title", "about", "second_about", "reward", "second_reward", "paid_by",
          "second_paid_by", "makeup_days")  # fmt: skip


@operator("culture.run")
def challenges(request: Any) -> HttpResponse:
    rows = queries.list_of(request.community)
    return render(request, "challenges/studio_challenges.html", {"rows": rows})


def _find(request: Any, slug: str) -> Challenge:
    found: Challenge = get_object_or_404(Challenge.objects.of(request.community), slug=slug)
    found.community = request.community
    return found


@operator("culture.run")
def new(request: Any) -> HttpResponse:
    tomorrow = rules.local_day(timezone.now(), request.community.zone) + timedelta(days=1)
    initial = {"starts_on": tomorrow, "days": 30, "makeup_days": 1}
    form = ChallengeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = actions.announce_challenge(
            community=request.community, by=request.member, now=timezone.now(),
            starts_on=given["starts_on"], days=given["days"], needed_days=given["needed_days"],
            teams=given["teams"], **{name: given[name] for name in _WORDS},
        )  # fmt: skip
        toast(request, _("Announced."))
        return redirect(url(request.community, "studio-challenge", slug=made.slug))
    status = 422 if request.method == "POST" else 200
    return render(request, "challenges/studio_new.html", {"form": form}, status=status)


@operator("culture.run")
def challenge(request: Any, slug: str) -> HttpResponse:
    found, now = _find(request, slug), timezone.now()
    rows = queries.standings(found, now=now)
    today = rules.local_day(now, found.zone)
    return render(
        request,
        "challenges/studio_challenge.html",
        {
            "challenge": found,
            "rows": rows,
            "behind": sum(1 for row in rows if row["behind"]),
            "lost": sum(1 for row in rows if not row["reaches"]),
            "all": queries.together(found, now=now),
            "teams": queries.team_sums(found),
            "number": min(max(rules.number(today, found.starts_on), 1), found.days),
            "is_running": found.state == rules.RUNNING,
            "is_scheduled": found.state == rules.SCHEDULED,
        },
    )


@operator("culture.run")
def edit(request: Any, slug: str) -> HttpResponse:
    found = _find(request, slug)
    is_running = found.state == rules.RUNNING
    names = [*_WORDS, "starts_on", "days", "needed_days"]
    initial = {name: getattr(found, name) for name in names}
    form = ChallengeForm(request.POST or None, initial=initial, is_running=is_running)
    if "teams" in form.fields:
        del form.fields["teams"]
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if "needed_days" in given:
            given["needed_days"] = given["needed_days"] or given["days"]
        actions.change(challenge=found, by=request.member, now=timezone.now(), **given)
        toast(request, _("Saved."))
        return redirect(url(request.community, "studio-challenge", slug=slug))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "challenge": found}
    return render(request, "challenges/studio_new.html", context, status=status)


@operator("culture.run")
@require_POST
def end(request: Any, slug: str) -> HttpResponse:
    actions.end(_find(request, slug), by=request.member, now=timezone.now())
    toast(request, _("It is over. Everybody’s days are kept."))
    return redirect(url(request.community, "studio-challenge", slug=slug))


@operator("culture.run")
@require_POST
def cancel(request: Any, slug: str) -> HttpResponse:
    actions.cancel(challenge=_find(request, slug), by=request.member, now=timezone.now())
    toast(request, _("Called off."))
    return redirect(url(request.community, "studio-challenges"))
