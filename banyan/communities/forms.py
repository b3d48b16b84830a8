"""Fields of a community that founding and the studio's settings share."""

from __future__ import annotations

from typing import Any

from babel.numbers import get_currency_name
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.people.rules import zones

from . import rules, switches

LANGS = [("en", "English"), ("zh-Hans", "简体中文")]
CURRENCIES = [
    "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD", "CHF", "INR",
    "MYR", "NZD", "SEK", "THB", "VND", "KWD",
]  # fmt: skip


def currency_choices() -> list[tuple[str, str]]:
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    return [(code, f"{code} · {get_currency_name(code, locale=language)}") for code in CURRENCIES]


class FaceFields(forms.Form):
    """Name, purpose and second language."""

    name = forms.CharField(label=pgettext_lazy("community", "Name"), max_length=60)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that says who belongs here."),
    )  # fmt: skip
    lang = forms.ChoiceField(label=_("Written in"), choices=LANGS)
    second_name = forms.CharField(
        label=_("Name in the other language"), max_length=60, required=False
    )
    second_purpose = forms.CharField(
        label=_("Purpose in the other language"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class BrandFields(forms.Form):
    """Picture and colour."""

    cover = forms.FileField(
        label=_("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("Wide and calm works best: words stand on its left half."),
    )  # fmt: skip
    kept_cover = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)
    brand_h = forms.IntegerField(
        label=_("Colour"), min_value=0, max_value=359, initial=158,
        widget=forms.NumberInput(attrs={"type": "range", "min": 0, "max": 359, "step": 1}),
    )  # fmt: skip
    brand_c = forms.IntegerField(
        label=_("Strength"), min_value=0, max_value=200, initial=75,
        widget=forms.NumberInput(attrs={"type": "range", "min": 0, "max": 200, "step": 5}),
        help_text=_("We keep it where every text stays readable."),
    )  # fmt: skip


class PolicyFields(forms.Form):
    """Who may come and who may look."""

    join_policy = forms.ChoiceField(
        label=_("Joining"), choices=rules.JOIN_POLICIES, widget=forms.RadioSelect,
        initial=rules.OPEN,
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label=_("Reading"), choices=rules.VISIBILITIES, widget=forms.RadioSelect,
        initial=rules.PUBLIC,
    )  # fmt: skip
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Deadlines and days are counted by it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones()]


class InterestFields(forms.Form):
    interests = forms.MultipleChoiceField(
        label=_("Interests"), choices=rules.INTERESTS, widget=forms.CheckboxSelectMultiple,
        help_text=_("One to five. People find you by them."),
    )  # fmt: skip

    def clean_interests(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["interests"]
        if len(chosen) > 5:
            raise forms.ValidationError(_("Five at most, so that they say something."))
        return chosen


class SettingsForm(FaceFields, BrandFields, InterestFields, PolicyFields):
    """Everything of a community that its operators change; the slug is for ever."""

    drop_cover = forms.BooleanField(label=_("Take the picture away"), required=False)
    domain = forms.CharField(
        label=_("Own domain"), max_length=200, required=False,
        help_text=_("Like kiln.example.com. Point it here first; the slug drops from addresses."),
    )  # fmt: skip

    def __init__(self, *args: Any, has_cover: bool, is_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_cover:
            del self.fields["drop_cover"]
        if not is_owner:
            del self.fields["domain"]
        for key, label in switches.offered.items():
            self.fields[f"switch_{key}"] = forms.BooleanField(label=label, required=False)

    @property
    def switch_fields(self) -> list[Any]:
        return [self[f"switch_{key}"] for key in switches.offered]

    def clean_domain(self) -> str | None:
        domain = self.cleaned_data["domain"].strip().lower().rstrip(".")
        if domain and not rules.is_domain(domain):
            raise forms.ValidationError(_("That is not the name of a domain."))
        return domain or None
