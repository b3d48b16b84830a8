from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banyan.moderation import rules as verdicts

from . import rules


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=verdicts.REASONS)
    clause = forms.CharField(required=False, max_length=12)
    words = forms.CharField(required=False, max_length=verdicts.NOTE_LENGTH)


class GuardForm(forms.Form):
    """What is looked at first, and what each level needs."""

    is_on = forms.BooleanField(
        label=_("Let texts of newcomers wait for a look when they look like advertising"),
        required=False,
    )
    threshold = forms.IntegerField(
        label=_("Points from which a text waits"), min_value=rules.LEAST_THRESHOLD,
        max_value=rules.MOST_THRESHOLD,
        help_text=_("Lower holds more, and more that is harmless. Six is usual."),
    )  # fmt: skip
    on = forms.MultipleChoiceField(
        label=_("What counts"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(rules.REASONS.items()),
    )  # fmt: skip
    words = forms.CharField(
        label=_("Your own words"), required=False, max_length=9000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One in each line, in any language. Width, case and spaces do not matter."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level, needs in rules.NEEDS.items():
            for key in needs:
                self.fields[f"need-{level}-{key}"] = forms.IntegerField(
                    label=rules.COUNTS_OF[key], min_value=0, max_value=1000
                )

    def clean_words(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
        if len(lines) > rules.MOST_WORDS:
            text = ngettext("At most %(n)s word.", "At most %(n)s words.", rules.MOST_WORDS)
            raise forms.ValidationError(text % {"n": rules.MOST_WORDS})
        if any(len(line) > rules.WORD_LENGTH or len(line) < 2 for line in lines):
            raise forms.ValidationError(_("Each line has 2 to 40 letters."))
        return lines

    @property
    def levels(self) -> list[tuple[Any, list[Any]]]:
        """The fields of each level, for the page."""
        names = dict(rules.LEVELS)
        return [
            (names[level], [self[f"need-{level}-{key}"] for key in needs])
            for level, needs in rules.NEEDS.items()
        ]

    @property
    def needs(self) -> dict[str, dict[str, int]]:
        return {
            str(level): {key: self.cleaned_data[f"need-{level}-{key}"] for key in needs}
            for level, needs in rules.NEEDS.items()
        }


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(label=_("Level"), choices=rules.LEVELS, coerce=int)
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The member reads it."),
    )  # fmt: skip
