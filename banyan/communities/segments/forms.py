from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.people.rules import INTERESTS

from .. import rules as community_rules
from . import queries, rules

ANY = ("", _("Any"))


class RuleForm(forms.Form):
    """Conditions that must all hold. Live: each change counts anew."""

    like = forms.ChoiceField(label=_("Likes"), required=False)
    tag = forms.ChoiceField(label=_("Tag you gave"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    joined = forms.ChoiceField(
        label=_("Joined"), required=False,
        choices=[ANY, ("within", _("within the last…")), ("before", _("longer ago than…"))],
    )  # fmt: skip
    joined_days = forms.IntegerField(
        label=_("Days since joining"), min_value=1, max_value=3650, required=False
    )
    did = forms.ChoiceField(
        label=_("Did, or did not"), required=False,
        choices=[("", _("Did")), ("not", _("Did not"))],
    )  # fmt: skip
    verb = forms.ChoiceField(label=_("What"), required=False)
    times = forms.IntegerField(
        label=_("At least, times"), min_value=1, max_value=999, required=False
    )
    days = forms.IntegerField(label=_("Within, days"), min_value=1, max_value=730, required=False)

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["like"].choices = [ANY, *INTERESTS]
        self.fields["tag"].choices = [ANY, *queries.care_tags(community)]
        self.fields["role"].choices = [ANY, *community_rules.ROLES]
        self.fields["verb"].choices = [ANY, *rules.VERBS]
        for key, (label, choices, _narrow) in queries.offered.items():
            self.fields[key] = forms.ChoiceField(
                label=label, choices=[ANY, *choices], required=False
            )

    def rule(self) -> dict[str, Any]:
        """What is not empty; numbers only beside the condition they belong to."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if "verb" not in given:
            for name in ("did", "times", "days"):
                given.pop(name, None)
        if "joined" not in given:
            given.pop("joined_days", None)
        given.pop("name", None)
        return given


class SaveForm(RuleForm):
    name = forms.CharField(label=_("Name of the segment"), max_length=60)


class TagForm(forms.Form):
    words = forms.CharField(
        label=_("Tag"), max_length=34, help_text=_("A word or two, like “teaches glazing”.")
    )
    why = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("They read both, with your name, and may remove the tag."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Kept for, in days"), min_value=1, max_value=730, initial=180)
