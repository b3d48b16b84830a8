"""How a member stands: muted, struck, banned; and answering appeals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import named_member, operator
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.ui.toasts import toast
from banyan.culture.queries import clauses

from .. import rules
from ..forms import AnswerForm, DaysForm, MuteForm, PersonForm
from ..models import Appeal, Mute, Strike
from ..studio import WAITING, queue_page
from . import appealing, banning, muting, queries, striking


def _page(request: Any, subject: Member, *, form: Any = None, form_for: str = "") -> HttpResponse:
    now, me = timezone.now(), request.member
    strikes = queries.strikes_of(subject, now)
    may_judge = subject.pk != me.pk and me.outranks(subject)
    context = {
        "subject": subject,
        "mute": queries.mute_of(subject, now) if subject.muted_until else None,
        "strikes": strikes,
        "is_often": len(strikes) >= rules.STRIKES_MANY,
        "strike_days": striking.days_of(request.community),
        "decisions": queries.decisions_about(subject.person, request.community),
        "may_mute": may_judge and me.may("members.mute"),
        "may_strike": may_judge and me.may("members.strike"),
        "may_ban": may_judge and me.may("members.ban"),
        "reasons": rules.REASONS,
        "hours": rules.MUTE_HOURS,
        "clauses": clauses(request.community),
        "form": form,
        "form_for": form_for,
    }
    status = 422 if form is not None else 200
    return render(request, "moderation/standing.html", context, status=status)


@operator("members.see")
def standing(request: Any, id: UUID) -> HttpResponse:
    return _page(request, named_member(request, id))


@operator("members.mute")
@require_POST
def mute(request: Any, id: UUID) -> HttpResponse:
    subject, form = named_member(request, id), MuteForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, form=form, form_for="mute")
    made = muting.mute(member=subject, by=request.member, now=timezone.now(), **form.cleaned_data)
    undo = url(request.community, "studio-unmute", id=made.public_id)
    toast(request, _("Muted. They read why, and until when, wherever they write."), undo=undo)
    return redirect(url(request.community, "studio-standing", id=id))


@operator("members.mute")
@require_POST
def unmute(request: Any, id: UUID) -> HttpResponse:
    rows = Mute.objects.of(request.community).select_related("member__person", "member__community")
    found = get_object_or_404(rows, public_id=id)
    muting.unmute(mute=found, by=request.member, now=timezone.now())
    toast(request, _("They can write again."))
    return redirect(url(request.community, "studio-standing", id=found.member.public_id))


@operator("members.strike")
@require_POST
def strike(request: Any, id: UUID) -> HttpResponse:
    subject, form = named_member(request, id), PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, form=form, form_for="strike")
    made = striking.strike(
        member=subject, by=request.member, now=timezone.now(), **form.cleaned_data
    )
    undo = url(request.community, "studio-strike-lift", id=made.public_id)
    toast(request, _("A strike is given. They can read why."), undo=undo)
    return redirect(url(request.community, "studio-standing", id=id))


@operator("members.strike")
@require_POST
def lift(request: Any, id: UUID) -> HttpResponse:
    rows = Strike.objects.of(request.community)
    found = get_object_or_404(
        rows.select_related("member__person", "member__community", "decision"), public_id=id
    )
    striking.lift(strike=found, by=request.member, now=timezone.now())
    toast(request, _("The strike is lifted."))
    return redirect(url(request.community, "studio-standing", id=found.member.public_id))


@operator("members.ban")
@require_POST
def ban(request: Any, id: UUID) -> HttpResponse:
    subject, form = named_member(request, id), PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, subject, form=form, form_for="ban")
    banning.ban(member=subject, by=request.member, now=timezone.now(), **form.cleaned_data)
    undo = url(request.community, "studio-unban", id=id)
    toast(request, _("%(name)s is banned.") % {"name": subject.person}, undo=undo)
    return redirect(url(request.community, "studio-standing", id=id))


@operator("appeals.answer")
@require_POST
def answer(request: Any, id: UUID) -> HttpResponse:
    rows = Appeal.objects.of(request.community).select_related("decision__community")
    found = get_object_or_404(rows, public_id=id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        context = queue_page(request, WAITING, form=form, answer_for=found.oid)
        return render(request, "moderation/content.html", context, status=422)
    overturn = form.cleaned_data["do"] == "overturn"
    appealing.answer(
        appeal=found, overturn=overturn, by=request.member, now=timezone.now(),
        words=form.cleaned_data["words"],
    )  # fmt: skip
    toast(
        request,
        _("Overturned. What was decided is undone.") if overturn else _("The decision stands."),
    )
    return redirect(url(request.community, "studio-content"))


@operator("settings.edit")
@require_POST
def strike_days(request: Any) -> HttpResponse:
    form = DaysForm(request.POST)
    if not form.is_valid():
        context = queue_page(request, WAITING, days_form=form)
        return render(request, "moderation/content.html", context, status=422)
    striking.set_days(
        community=request.community, by=request.member, now=timezone.now(),
        days=form.cleaned_data["days"],
    )  # fmt: skip
    toast(request, _("Saved. Strikes given from now on stand that long."))
    return redirect(url(request.community, "studio-content"))
