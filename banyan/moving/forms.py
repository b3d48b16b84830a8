from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.communities.rules import is_good_slug


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The community’s file"),
        help_text=_("A zip that a Banyan made, up to 300 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


class BeginForm(forms.Form):
    slug = forms.CharField(
        label=_("Its address here"), max_length=40,
        help_text=_("Small letters, digits and hyphens."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        if not is_good_slug(slug):
            raise forms.ValidationError(_("This address is taken or reserved. Choose another one."))
        return slug


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("A CSV of people"),
        help_text=_("A column “email”, up to 500 people. Other columns are not read."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
