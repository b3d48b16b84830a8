from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import rules
from .models import Person

_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def regions() -> list[tuple[str, str]]:
    """Countries by their names in the reader's language."""
    locale = Locale.parse((get_language() or "en").replace("zh-hans", "zh-Hans"), sep="-")
    rows = [
        (code, name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return [("", str(_("Not said"))), *sorted(rows, key=lambda row: row[1])]


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name here"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("What members call you. It need not be your legal name."),
    )  # fmt: skip
    picture = forms.FileField(
        label=_("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )  # fmt: skip

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class ProfileForm(NameForm):
    drop_picture = forms.BooleanField(label=_("Take my picture away"), required=False)
    bio = forms.CharField(
        label=_("About you"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    likes = forms.MultipleChoiceField(
        label=_("What you like"), choices=rules.INTERESTS, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Members see it, so that people who like the same find you. Take it back any time."),  # noqa: E501
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=[("en", "English"), ("zh-hans", "简体中文")],
    )
    theme = forms.ChoiceField(label=_("Light or dark"), choices=Person.THEMES)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    region = forms.ChoiceField(
        label=_("Country or region"), required=False, help_text=_("Which rules hold for you.")
    )
    age_band = forms.ChoiceField(
        label=_("Age"), choices=Person.AGE_BANDS, required=False,
        help_text=_("Only the band, never the date. It keeps the young safe."),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **{n: getattr(person, n) for n in ("name", "bio", "theme", "region", "age_band")},
            "zone": person.zone or settings.TIME_ZONE,
            "language": person.language or get_language(),
            "likes": [tag.key for tag in person.tags.all() if tag.purpose == rules.FIND_PEOPLE],
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [(zone, zone.replace("_", " ")) for zone in rules.zones()]
        self.fields["region"].choices = regions()
        if person.picture_id is None:
            del self.fields["drop_picture"]


class EraseForm(forms.Form):
    """The word to type is what the page shows, so that nobody erases by a slip."""

    typed = forms.CharField(label=_("Type your e-mail address"), max_length=254)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_typed(self) -> str:
        typed = self.cleaned_data["typed"].strip().lower()
        if typed != self.email.lower():
            raise forms.ValidationError(_("That is not the address of this account."))
        return str(typed)
