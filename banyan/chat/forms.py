from __future__ import annotations

from django import forms
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import rules


class MessageForm(forms.Form):
    body = forms.CharField(
        label=_("Your message"),
        max_length=rules.BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 1}),
    )


class TalkForm(MessageForm):
    name = forms.CharField(
        label=_("Name of the group"), required=False, max_length=rules.NAME_LENGTH
    )


def _slow(seconds: int) -> str:
    if not seconds:
        return gettext("Off")
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = seconds // 60
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


class RoomForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a chat room", "Name"), max_length=rules.NAME_LENGTH
    )
    second_name = forms.CharField(
        label=_("Name in the other language"), required=False, max_length=rules.NAME_LENGTH
    )
    slow_seconds = forms.TypedChoiceField(
        label=_("Wait between two messages"),
        coerce=int,
        choices=lambda: [(seconds, _slow(seconds)) for seconds in rules.SLOW_STEPS],
    )
