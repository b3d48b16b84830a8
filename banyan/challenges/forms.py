from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import rules


class ChallengeForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("As in “30 cups in 30 days”.")
    )
    second_title = forms.CharField(
        label=_("Title in the second language"), max_length=80, required=False
    )
    about = forms.CharField(
        label=_("What one does each day"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    second_about = forms.CharField(
        label=_("What one does each day, in the second language"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    days = forms.IntegerField(
        label=_("Days"), min_value=rules.FEWEST_DAYS, max_value=rules.MOST_DAYS
    )
    needed_days = forms.IntegerField(
        label=_("Days that make it done"), min_value=1, max_value=rules.MOST_DAYS,
        required=False, help_text=_("Left empty: every day."),
    )  # fmt: skip
    makeup_days = forms.IntegerField(
        label=_("Missed days one may make up"), min_value=0, max_value=7
    )
    teams = forms.CharField(
        label=_("Teams"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name a line. Left empty, everybody goes by themselves."),
    )  # fmt: skip
    reward = forms.CharField(
        label=_("Reward"), max_length=160, required=False,
        help_text=_("What those get who do it. Words only: no money moves by itself."),
    )  # fmt: skip
    second_reward = forms.CharField(
        label=_("Reward in the second language"), max_length=160, required=False
    )
    paid_by = forms.CharField(
        label=_("Who pays for it"), max_length=80, required=False,
        help_text=_("Named beside the reward."),
    )  # fmt: skip
    second_paid_by = forms.CharField(
        label=_("Who pays for it, in the second language"), max_length=80, required=False
    )

    def __init__(self, *args: Any, is_running: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_running:
            for name in ("starts_on", "days", "needed_days", "teams"):
                del self.fields[name]

    def clean_teams(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["teams"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > rules.MOST_TEAMS:
            raise forms.ValidationError(_("At most %(most)d teams.") % {"most": rules.MOST_TEAMS})
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError(_("The name of a team has at most 40 characters."))
        return names

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        needed, days = found.get("needed_days"), found.get("days")
        if needed and days and needed > days:
            self.add_error("needed_days", _("It has not so many days."))
        if found.get("reward") and not found.get("paid_by"):
            self.add_error("paid_by", _("Say who pays for the reward."))
        return found


class CheckInForm(forms.Form):
    words = forms.CharField(
        label=_("A sentence, if you like"), max_length=rules.LONGEST_WORDS, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("A photo, if you like"), required=False,
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}
        ),
    )  # fmt: skip
    day = forms.DateField(required=False, widget=forms.HiddenInput)
