from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.chat.rules import BODY_LENGTH


class HelloForm(forms.Form):
    body = forms.CharField(
        label=_("Your first words"), max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
