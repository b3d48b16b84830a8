from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.communities.actions import SlugTaken
from banyan.communities.entry.gate import Question
from banyan.communities.entry.rules import LONGEST_ANSWER
from banyan.communities.forms import (
    BrandFields,
    FaceFields,
    InterestFields,
    PolicyFields,
    currency_choices,
)
from banyan.communities.models import Community
from banyan.communities.rules import is_good_slug

from . import rules


class LinesField(forms.CharField):
    """Sentences, one a line; gives a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = rules.lines_of(super().clean(value))
        if len(lines) > rules.MOST_LINES:
            raise forms.ValidationError(
                _("At most %(most)d lines: a short charter is read.") % {"most": rules.MOST_LINES}
            )
        if any(len(line) > rules.LONGEST_LINE for line in lines):
            raise forms.ValidationError(
                _("A line has at most %(most)d characters.") % {"most": rules.LONGEST_LINE}
            )
        return lines


class CharterFields(forms.Form):
    """Goal, values and conventions, in one language or two."""

    goal = forms.CharField(
        label=_("Goal"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence: what you are here for together."),
    )  # fmt: skip
    values = LinesField(
        label=_("Values"), required=False, help_text=_("What you hold dear. One a line.")
    )
    conventions = LinesField(
        label=_("Conventions"), required=False,
        help_text=_("How you treat one another and what you sell. One a line."),
    )  # fmt: skip
    second_goal = forms.CharField(
        label=_("Goal in the second language"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    second_values = LinesField(label=_("Values in the second language"), required=False)
    second_conventions = LinesField(label=_("Conventions in the second language"), required=False)


class CharterForm(CharterFields):
    after_version = forms.IntegerField(widget=forms.HiddenInput)


class JoinForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    accept = forms.BooleanField(
        label=_("I have read this and want to keep to it"),
        error_messages={"required": _("Joining is saying yes to this.")},
    )
    note = forms.CharField(
        label=_("A word to those who run it"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who you are, what brings you. They see it when they decide."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, by_approval: bool, questions: Sequence[Question] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions if by_approval else ()
        if not by_approval or self.questions:
            del self.fields["note"]
        for n, question in enumerate(self.questions):
            self.fields[f"answer_{n}"] = forms.CharField(
                label=question.text, max_length=LONGEST_ANSWER,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    @property
    def answer_fields(self) -> list[Any]:
        return [self[f"answer_{n}"] for n in range(len(self.questions))]

    def answers(self) -> list[dict[str, str]]:
        """As they are kept: each with the question as it was asked."""
        return [
            {"question": question.text, "lang": question.lang,
             "answer": self.cleaned_data[f"answer_{n}"]}
            for n, question in enumerate(self.questions)
        ]  # fmt: skip


class SignForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class StartForm(FaceFields, BrandFields, InterestFields, CharterFields, PolicyFields):
    """Founding, on one page; the script makes steps of its parts."""

    slug = forms.CharField(
        label=_("Web address"), max_length=40,
        help_text=_("2 to 40 of a–z, 0–9 and hyphens. It stays for ever."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    currency = forms.ChoiceField(
        label=_("Currency"),
        help_text=_("Your shop sells in it; it is fixed by the first order."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currency_choices()
        self.fields["goal"].required = False
        self.fields["goal"].help_text = _(
            "One sentence: what you are here for together. Left empty, the purpose stands for it."
        )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].strip().lower()
        if state_of_slug(slug) != "free":
            raise forms.ValidationError(SlugTaken.sentence)
        return str(slug)


def state_of_slug(slug: str) -> str:
    """free, bad (not an address, or reserved) or taken. At most one query."""
    if not is_good_slug(slug):
        return "bad"
    return "taken" if Community.objects.filter(slug=slug).exists() else "free"
