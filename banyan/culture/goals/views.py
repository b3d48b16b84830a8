"""Goals: members see how far they are, operators set them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator, reader
from banyan.communities.places import url
from banyan.core.ui.toasts import toast
from banyan.core.zones import zone_of

from ..models import Goal
from . import actions, measures, queries, rules


class GoalForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What you want to have done"), max_length=100)
    second_title = forms.CharField(
        label=gettext_lazy("The same in the second language"), max_length=100, required=False
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("What is counted"),
        help_text=gettext_lazy("Counted from what really happens here; nobody can type a number."),
    )
    target = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=1_000_000)
    starts_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = measures.choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        start, end = found.get("starts_on"), found.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", gettext_lazy("It ends before it begins."))
        elif end and end < timezone.localdate():
            self.add_error("ends_on", gettext_lazy("That day is over."))
        return found


def with_words(goals: list[Goal]) -> list[Goal]:
    for goal in goals:
        measure = measures.get(goal.measure)
        goal.measure_label = measure.label if measure else ""
        goal.place = measure.place if measure else ""
    return goals


@reader
def goals(request: Any) -> HttpResponse:
    """The goals on their way, counted as of now, and those that are over."""
    now = timezone.now()
    rows = with_words(list(Goal.objects.of(request.community)[:40]))
    running = [row for row in rows if row.state == rules.RUNNING]
    for goal in running:
        goal.progress = queries.counted(goal, now=now)
    return render(
        request,
        "culture/goals.html",
        {
            "running": running,
            "past": [row for row in rows if row.state in (rules.REACHED, rules.MISSED)],
            "may_run": bool(request.member and request.member.may(actions.RIGHT)),
        },
    )


@operator("culture.run")
def new(request: Any) -> HttpResponse:
    place = zone_of(request.community.zone)
    today = timezone.now().astimezone(place).date()
    initial = {"starts_on": today, "ends_on": today + timedelta(days=30), "target": 50}
    form = GoalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        after = given["ends_on"] + timedelta(days=1)
        actions.set_goal(
            community=request.community, by=request.member, now=timezone.now(),
            title=given["title"], second_title=given["second_title"], measure=given["measure"],
            target=given["target"],
            starts_at=datetime.combine(given["starts_on"], time(), place),
            ends_at=datetime.combine(after, time(), place),
        )  # fmt: skip
        toast(request, _("The goal is set."))
        return redirect(url(request.community, "studio-culture"))
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_goal.html", {"form": form}, status=status)


@operator("culture.run")
@require_POST
def give_up(request: Any, id: UUID) -> HttpResponse:
    goal = get_object_or_404(Goal.objects.of(request.community), public_id=id)
    actions.give_up(goal=goal, by=request.member, now=timezone.now())
    toast(request, _("Given up."))
    return redirect(url(request.community, "studio-culture"))
