from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import facets

MOST_VALUES = 4


def _number(value: str) -> int | None:
    return int(value) if value else None


class ProfileForm(forms.Form):
    """What the place is like: few words for each facet, and a week as it usually goes."""

    rhythm = forms.TypedChoiceField(
        label=_("How much goes on"), choices=[("", _("Not said")), *facets.RHYTHMS],
        coerce=_number, empty_value=None, required=False,
    )  # fmt: skip
    price = forms.TypedChoiceField(
        label=_("What things cost"), choices=[("", _("Not said")), *facets.PRICES],
        coerce=_number, empty_value=None, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for facet in facets.OF_A_PROFILE:
            label, values = facets.FACETS[facet]
            self.fields[facet] = forms.MultipleChoiceField(
                label=label, choices=values, required=False, widget=forms.CheckboxSelectMultiple
            )
        for n, name in enumerate(facets.WEEK):
            self.fields[f"day_{n}"] = forms.CharField(label=name, max_length=120, required=False)
            self.fields[f"second_{n}"] = forms.CharField(
                label=_("%(day)s, in the other language") % {"day": name},
                max_length=120, required=False,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for facet in facets.OF_A_PROFILE:
            if len(given.get(facet, [])) > MOST_VALUES:
                self.add_error(facet, _("Four at most, so that they say something."))
        return given

    @property
    def facet_fields(self) -> list[Any]:
        return [self[facet] for facet in facets.OF_A_PROFILE]

    @property
    def week_fields(self) -> list[Any]:
        return [self[f"{kind}_{n}"] for n in range(7) for kind in ("day", "second")]

    def week(self) -> list[dict[str, str]]:
        given = self.cleaned_data
        days = [{"text": given[f"day_{n}"], "second": given[f"second_{n}"]} for n in range(7)]
        return days if any(day["text"] or day["second"] for day in days) else []
