from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..forms import CharterForm
from ..models import CharterPolicy
from . import rules


class ProposeForm(CharterForm):
    why = forms.CharField(
        label=_("Why"), max_length=rules.LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is wrong with the words that stand, and what yours do better."),
    )  # fmt: skip


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Your words"), max_length=rules.LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class PolicyForm(forms.Form):
    proposers = forms.ChoiceField(
        label=_("Who may propose"), choices=rules.PROPOSERS, widget=forms.RadioSelect
    )
    vote_days = forms.IntegerField(label=_("Days to vote"), min_value=1, max_value=60)
    tenure_days = forms.IntegerField(
        label=_("Days of membership before one may vote"), min_value=0, max_value=365,
        help_text=_("Counted back from the opening, so that nobody joins in order to vote."),
    )  # fmt: skip
    quorum_percent = forms.IntegerField(
        label=_("Quorum, percent"), min_value=1, max_value=100,
        help_text=_("How many of those who may vote have to."),
    )  # fmt: skip
    threshold_percent = forms.IntegerField(
        label=_("Yes needed, percent"), min_value=50, max_value=100,
        help_text=_("Of the votes given. A draw changes nothing."),
    )  # fmt: skip
    grace_days = forms.IntegerField(
        label=_("Days to accept a new version"), min_value=0, max_value=180,
        help_text=_("Afterwards members still read; before they write, they are asked."),
    )  # fmt: skip

    @classmethod
    def of(cls, policy: CharterPolicy, data: Any = None) -> PolicyForm:
        return cls(data, initial={name: getattr(policy, name) for name in cls.base_fields})
