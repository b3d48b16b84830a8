"""Rituals: members see when and with whom, volunteer, pass on, swap; operators begin them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only, operator, reader
from banyan.communities.places import url
from banyan.core.ids import read_id
from banyan.core.ui.toasts import toast

from ..models import Ritual, Turn, Volunteer
from . import actions, queries, rules


class RitualForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    second_title = forms.CharField(
        label=gettext_lazy("Title in the second language"), max_length=80, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("What its post says"), max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    second_words = forms.CharField(
        label=gettext_lazy("What its post says, in the second language"), max_length=600,
        required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=rules.RHYTHMS)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day, when weekly"), choices=rules.WEEKDAYS, coerce=int
    )
    month_day = forms.IntegerField(
        label=gettext_lazy("On which day of the month, when monthly"), min_value=1, max_value=28
    )
    hour = forms.IntegerField(
        label=gettext_lazy("At what hour"), min_value=0, max_value=23,
        help_text=gettext_lazy("In the community’s own time."),
    )  # fmt: skip


@reader
def rituals(request: Any) -> HttpResponse:
    return render(
        request,
        "culture/rituals.html",
        {
            "rows": queries.list_of(request.community),
            "may_run": bool(request.member and request.member.may(actions.RIGHT)),
        },
    )


def _find(request: Any, id: UUID) -> Ritual:
    found: Ritual = get_object_or_404(Ritual.objects.of(request.community), public_id=id)
    found.community = request.community
    return found


@reader
def ritual(request: Any, id: UUID) -> HttpResponse:
    found, now = _find(request, id), timezone.now()
    member = request.member if request.member and request.member.is_in else None
    turns = Turn.objects.filter(ritual=found).select_related("host__person", "swap_with__host")
    ahead = list(turns.filter(state=rules.PLANNED, at__gt=now))
    mine = [turn for turn in ahead if member and turn.host_id == member.pk]
    volunteers = list(Volunteer.objects.filter(ritual=found).select_related("member__person")[:100])
    return render(
        request,
        "culture/ritual.html",
        {
            "ritual": found,
            "ahead": ahead,
            "mine": mine,
            "others": [t for t in ahead if t.host_id and not (member and t.host_id == member.pk)],
            "asked": [
                turn for turn in ahead
                if member and turn.swap_with and turn.swap_with.host_id == member.pk
            ],
            "held": list(turns.exclude(state=rules.PLANNED).order_by("-at")[:30]),
            "volunteers": volunteers,
            "is_in": member is not None,
            "is_volunteer": bool(member) and any(v.member_id == member.pk for v in volunteers),
            "may_run": member is not None and member.may(actions.RIGHT),
        },
    )  # fmt: skip


def _back(request: Any, found: Ritual) -> HttpResponse:
    return redirect(url(request.community, "ritual", id=found.public_id))


@member_only
@require_POST
def volunteer(request: Any, id: UUID) -> HttpResponse:
    found = _find(request, id)
    actions.volunteer(ritual=found, member=request.member, now=timezone.now())
    toast(request, _("Thank you. Your turn will come."))
    return _back(request, found)


@member_only
@require_POST
def stop(request: Any, id: UUID) -> HttpResponse:
    found = _find(request, id)
    actions.stop(ritual=found, member=request.member, now=timezone.now())
    again = url(request.community, "ritual-volunteer", id=id)
    toast(request, _("You are no host any more."), undo=again)
    return _back(request, found)


def _turn(request: Any, id: UUID) -> Turn:
    found: Turn = get_object_or_404(
        Turn.objects.of(request.community).select_related(
            "ritual", "host", "swap_with__host", "swap_with__ritual"
        ),
        public_id=id,
    )
    return found


@member_only
@require_POST
def skip(request: Any, id: UUID) -> HttpResponse:
    turn = _turn(request, id)
    actions.skip(turn=turn, member=request.member, now=timezone.now())
    toast(request, _("Passed on."))
    return _back(request, turn.ritual)


@member_only
@require_POST
def swap(request: Any, id: UUID) -> HttpResponse:
    turn = _turn(request, id)
    try:
        other = _turn(request, read_id(request.POST.get("with", "")))
    except ValueError:
        return _back(request, turn.ritual)
    actions.ask_swap(turn=turn, other=other, member=request.member, now=timezone.now())
    toast(request, _("Asked."))
    return _back(request, turn.ritual)


@member_only
@require_POST
def agree(request: Any, id: UUID) -> HttpResponse:
    turn = _turn(request, id)
    actions.agree_swap(turn=turn, member=request.member, now=timezone.now())
    toast(request, _("Swapped."))
    return _back(request, turn.ritual)


_FIELDS = tuple(RitualForm.base_fields)


@operator("culture.run")
def new(request: Any) -> HttpResponse:
    form = RitualForm(request.POST or None, initial={"month_day": 1, "hour": 20})
    if request.method == "POST" and form.is_valid():
        made = actions.begin(
            community=request.community, by=request.member, now=timezone.now(), **form.cleaned_data
        )
        toast(request, _("It begins. Ask a few members to host it."))
        return redirect(url(request.community, "ritual", id=made.public_id))
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_ritual.html", {"form": form}, status=status)


@operator("culture.run")
def edit(request: Any, id: UUID) -> HttpResponse:
    found = _find(request, id)
    form = RitualForm(
        request.POST or None, initial={name: getattr(found, name) for name in _FIELDS}
    )
    if request.method == "POST" and form.is_valid():
        actions.change(ritual=found, by=request.member, now=timezone.now(), **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect(url(request.community, "studio-culture"))
    context = {"form": form, "ritual": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_ritual.html", context, status=status)


@operator("culture.run")
@require_POST
def rest(request: Any, id: UUID) -> HttpResponse:
    actions.rest(ritual=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("It rests."), undo=url(request.community, "studio-ritual-wake", id=id))
    return redirect(url(request.community, "studio-culture"))


@operator("culture.run")
@require_POST
def wake(request: Any, id: UUID) -> HttpResponse:
    actions.wake(ritual=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("It comes back."))
    return redirect(url(request.community, "studio-culture"))
