"""An owner makes a member a moderator of some acts only, and takes it back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.core.refusals import NotAllowed
from banyan.core.ui.toasts import toast
from banyan.core.zones import zone_of

from . import rules, scopes
from .doors import named_member, operator
from .models import Community, Member
from .places import url

DAYS = 30  # proposed


class ScopeForm(forms.Form):
    acts = forms.MultipleChoiceField(
        label=gettext_lazy("What they may do"),
        choices=[(key, words) for key, words, _rights in rules.ACTS],
        widget=forms.CheckboxSelectMultiple,
    )
    section = forms.TypedChoiceField(
        label=gettext_lazy("In which topics"), coerce=int, empty_value=None, required=False,
        help_text=gettext_lazy("A topic limits judging posts, comments and reports."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("It ends by itself, at most a year from now."),
    )  # fmt: skip

    def __init__(self, *args: Any, community: Community, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community, self.now = community, now
        self.fields["section"].choices = [
            ("", _("Everywhere")), *scopes.sections(community),
        ]  # fmt: skip

    def clean_until(self) -> datetime:
        """The end of that day where the community is."""
        zone = zone_of(self.community.zone)
        end = datetime.combine(self.cleaned_data["until"] + timedelta(days=1), time(), tzinfo=zone)
        if not self.now < end <= self.now + timedelta(days=rules.SCOPE_DAYS_MOST):
            raise forms.ValidationError(scopes.BadEnd.sentence)
        return end


@operator("members.roles")
def acts(request: Any, id: UUID) -> HttpResponse:
    subject, now = named_member(request, id), timezone.now()
    if subject.role in (rules.OPERATOR, rules.OWNER):
        raise NotAllowed(_("An operator or owner may do all of this already."))
    form = ScopeForm(
        request.POST if request.method == "POST" else None, community=request.community, now=now,
        initial={
            "acts": subject.acts, "section": subject.section,
            "until": (subject.acts_until or now + timedelta(days=DAYS)).date(),
        },
    )  # fmt: skip
    if form.is_valid():
        scopes.delegate(member=subject, by=request.member, now=now, **form.cleaned_data)
        undo = url(request.community, "studio-acts-take", id=id)
        toast(request, _("%(name)s may do this now.") % {"name": subject.person}, undo=undo)
        return redirect(url(request.community, "studio-members"))
    context = {"subject": subject, "form": form, "section": _section(subject)}
    status = 422 if form.is_bound else 200
    return render(request, "communities/studio_acts.html", context, status=status)


def _section(subject: Member) -> str:
    return str(dict(scopes.sections(subject.community)).get(subject.section or 0, ""))


@operator("members.roles")
@require_POST
def take(request: Any, id: UUID) -> HttpResponse:
    subject = named_member(request, id)
    scopes.take_back(member=subject, by=request.member, now=timezone.now())
    toast(request, _("%(name)s is a plain member again.") % {"name": subject.person})
    return redirect(url(request.community, "studio-members"))
