"""Operators' pages: quests and levels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.ui.toasts import toast
from banyan.leaves import queries as leaves
from banyan.sellers.queries import currency_of

from . import queries, rules
from .actions import quests as questing
from .actions import terms as setting
from .forms import LevelForm, QuestForm
from .models import Level, Quest


@operator(rules.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def quests(request: Any) -> HttpResponse:
    """What can be done for leaves and points; POST puts a quest up."""
    community, now = request.community, timezone.now()
    gives = leaves.terms_of(community.pk) is not None
    form = QuestForm(request.POST or None, gives_leaves=gives)
    sentence, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            questing.put_up(by=request.member, now=now, **form.cleaned_data)
        except Refusal as refusal:
            sentence, status = str(refusal.sentence), refusal.status
        else:
            toast(request, _("Put up. What members do counts from now on."))
            return redirect(url(community, "studio-quests"))
    shown = queries.quests_told(community, currency_of(community.pk))
    return render(
        request, "habits/studio_quests.html",
        {"form": form, "quests": shown, "sentence": sentence}, status=status,
    )  # fmt: skip


@operator(rules.RIGHT)
@require_POST
def turn(request: Any, id: UUID, do: str) -> HttpResponse:
    """Take a quest down, or put it up again."""
    if do not in rules.QUEST_MOVES:
        raise Http404
    community = request.community
    quest = get_object_or_404(Quest.objects.of(community), public_id=id)
    questing.turn(quest=quest, to=do, by=request.member, now=timezone.now())
    other = rules.QUEST_MOVES[do][0]
    undo = url(community, "studio-quest-turn", id=id, do=other)
    toast(request, _("Put up again.") if do == rules.ON else _("Taken down."), undo=undo)
    return redirect(url(community, "studio-quests"))


@operator(rules.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def levels(request: Any) -> HttpResponse:
    """Names for points; POST adds one."""
    return _level_page(request, None, "habits/studio_levels.html")


@operator(rules.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def level(request: Any, id: UUID) -> HttpResponse:
    found = get_object_or_404(Level.objects.of(request.community), public_id=id)
    return _level_page(request, found, "habits/studio_level.html")


def _level_page(request: Any, level: Level | None, template: str) -> HttpResponse:
    community = request.community
    initial = (
        {"name": level.name, "second_name": level.second_name, "from_points": level.from_points}
        if level
        else None
    )
    form = LevelForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            setting.set_level(
                by=request.member, now=timezone.now(), level=level, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error("from_points", str(refusal.sentence))
        else:
            toast(request, _("Saved."))
            return redirect(url(community, "studio-levels"))
    return render(
        request, template,
        {"form": form, "level": level, "levels": queries.levels_told(community)},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@operator(rules.RIGHT)
@require_POST
def level_remove(request: Any, id: UUID) -> HttpResponse:
    """Whoever had it has the one below."""
    level = get_object_or_404(Level.objects.of(request.community), public_id=id)
    setting.remove_level(level=level, by=request.member, now=timezone.now())
    toast(request, _("Removed. Whoever had it has the one below."))
    return redirect(url(request.community, "studio-levels"))
