from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions.choose import offered
from .rules import DIGEST

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class SettingsForm(forms.Form):
    """Quiet hours and the weekly letter; the boxes of the topics are read by their names."""

    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(label=_("until"), choices=HOURS, coerce=int)
    digest = forms.BooleanField(
        label=_("Write me once a week, on Monday, what happened in my communities"), required=False
    )

    def wanted(self) -> dict[tuple[str, str], bool]:
        """Every switch the page showed (`shown`), and whether its box is checked (`on`)."""
        data: Any = self.data
        shown, on = set(data.getlist("shown")), set(data.getlist("on"))
        found = {way: ":".join(way) in on for way in offered() if ":".join(way) in shown}
        found[DIGEST, "mail"] = bool(self.cleaned_data["digest"])
        return found


class DeviceForm(forms.Form):
    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    topic = forms.CharField(max_length=30, required=False)
