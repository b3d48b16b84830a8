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
