"""Controls drawn as text are those that Django draws."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test import SimpleTestCase

from banyan.core.ui.controls import control

CUPS = [("", "Choose"), ("small", "Small <cup>"), ("large", "Large & deep")]


class Everything(forms.Form):
    name = forms.CharField(max_length=40, help_text="As on the parcel")
    email = forms.EmailField(required=False)
    site = forms.URLField(required=False, assume_scheme="https")
    pieces = forms.IntegerField(min_value=1, initial=2)
    search = forms.CharField(widget=forms.TextInput(attrs={"type": "search", "autofocus": True}))
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), initial="\nOne\nTwo")
    cup = forms.ChoiceField(choices=CUPS)
    glaze = forms.ChoiceField(choices=[("ash", "Ash"), ("celadon", "Celadon")], initial="celadon")
    grouped = forms.ChoiceField(choices=[("Blue", [("sky", "Sky")])], required=False)
    secret = forms.CharField(widget=forms.PasswordInput)
    asked = forms.CharField(disabled=True, initial="no", required=False)
    day = forms.DateField(localize=True, required=False)


SENT = {
    "name": "<b>Lan</b> \"x\"", "email": "no address", "pieces": "three", "words": "\n<script>",
    "cup": "large", "glaze": "none of them", "secret": "hidden",
}  # fmt: skip


@pytest.mark.parametrize("given", [{}, {"aria-describedby": "name_hint", "data-editor": ""}])
@pytest.mark.parametrize("form", [Everything(), Everything(SENT), Everything(auto_id=False)])
def test_the_same_control_as_djangos(form: forms.Form, given: dict[str, Any]) -> None:
    for name in form.fields:
        ours, theirs = control(form[name], given), form[name].as_widget(attrs=given)
        SimpleTestCase().assertHTMLEqual(ours, theirs, name)
        assert ours.count("<script>") == 0
