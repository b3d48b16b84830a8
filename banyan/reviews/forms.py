from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banyan.content.forms import PhotosField

from . import rules


class ReviewForm(forms.Form):
    """`kept` is the number of photos it has already."""

    stars = forms.TypedChoiceField(
        label=_("How do you like it?"), coerce=int,
        choices=[(star, str(star)) for star in reversed(rules.STARS)], widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars.")},
    )  # fmt: skip
    body = forms.CharField(
        label=_("Your words"), required=False, max_length=rules.WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, kept: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.kept + len(found.get("photos") or []) > rules.MOST_PHOTOS:
            self.add_error(
                "photos",
                ngettext(
                    "At most %(most)d photo fits into a review.",
                    "At most %(most)d photos fit into a review.",
                    rules.MOST_PHOTOS,
                )
                % {"most": rules.MOST_PHOTOS},
            )
        return found


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("The shop’s answer"), max_length=rules.ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
