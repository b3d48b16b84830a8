from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.content.forms import MomentField

from . import rules


class GatheringForm(forms.Form):
    title = forms.CharField(label=_("What it is called"), max_length=rules.TITLE_LENGTH)
    text = forms.CharField(
        label=_("What happens there"),
        required=False,
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))
    place = forms.CharField(label=_("Place"), required=False, max_length=rules.PLACE_LENGTH)
    link = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=rules.LINK_LENGTH,
        assume_scheme="https",
        help_text=_("Only those who are going see it."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=rules.MOST_PLACES,
        help_text=_("Left empty, there is room for all. When they are taken, others wait in line."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        starts_at, ends_at = found.get("starts_at"), found.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it starts."))
        if not (found.get("place") or found.get("link") or "link" in self.errors):
            self.add_error("place", _("Say where: a place, a link, or both."))
        return found


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it does not take place"),
        max_length=rules.REASON_LENGTH,
        help_text=_("Everybody who answered reads it."),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[(key, key) for key in rules.CHOSEN])
    wants_reminder = forms.BooleanField(required=False)
