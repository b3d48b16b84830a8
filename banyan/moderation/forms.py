from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from . import rules


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=rules.REASONS, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Anything the moderators should know"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VerdictForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=rules.REASONS)
    clause = forms.CharField(required=False, max_length=12)
    words = forms.CharField(
        label=_("A word to the author"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    strike = forms.BooleanField(required=False)


class PersonForm(forms.Form):
    """A decision about a person: why, by which clause, and a word to them."""

    reason = forms.ChoiceField(label=_("Reason"), choices=rules.REASONS)
    clause = forms.CharField(required=False, max_length=12)
    words = forms.CharField(
        label=_("A word to them"), required=False, max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class MuteForm(PersonForm):
    hours = forms.TypedChoiceField(
        label=_("For how long"), choices=rules.MUTE_HOURS, coerce=int, initial=24
    )


class DaysForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days a strike stands"), min_value=1, max_value=rules.STRIKE_DAYS_MOST
    )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why it should be another decision"),
        max_length=rules.APPEAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnswerForm(forms.Form):
    do = forms.ChoiceField(
        choices=[("uphold", _("Let it stand")), ("overturn", _("Overturn it"))],
        error_messages={"required": _("Choose whether it stands or is overturned.")},
    )
    words = forms.CharField(
        label=_("A word to them"), required=False, max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
