from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .. import rules
from ..models import Member
from . import rules as ways


class PolicyForm(forms.Form):
    """How people come in: the door, places, questions, rules, the clock, first days."""

    join_policy = forms.ChoiceField(
        label=_("Joining"), choices=rules.JOIN_POLICIES, widget=forms.RadioSelect
    )
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=1_000_000,
        help_text=_("Empty: no limit. When all are taken, people wait in line and move up."),
    )  # fmt: skip
    answer_hours = forms.IntegerField(
        label=_("Answer within, in hours"), min_value=1, max_value=ways.ANSWER_HOURS_MOST,
        help_text=_("Promised to applicants. What is late stands on Today."),
    )  # fmt: skip
    probation_days = forms.IntegerField(
        label=_("First days"), min_value=0, max_value=ways.PROBATION_DAYS_MOST,
        help_text=_("So long newcomers are greeted and cannot invite others yet. 0: not at all."),
    )  # fmt: skip
    host = forms.ModelChoiceField(
        label=_("Who greets newcomers"), queryset=Member.objects.none(), required=False,
        empty_label=_("Whoever invited them"),
        help_text=_("Their name stands on the newcomer’s page."),
    )  # fmt: skip

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = (
            Member.objects.of(community)
            .filter(state=rules.JOINED)
            .exclude(role=rules.MEMBER)
            .select_related("person")
            .order_by("pk")
        )
        self.fields["host"].label_from_instance = lambda member: str(member.person)
        for n in range(ways.MOST_QUESTIONS):
            self.fields[f"question_{n}"] = forms.CharField(
                label=_("Question %(n)d") % {"n": n + 1}, max_length=200, required=False
            )
            self.fields[f"second_{n}"] = forms.CharField(
                label=_("Question %(n)d in the other language") % {"n": n + 1},
                max_length=200, required=False,
            )  # fmt: skip
        for name, label in ways.RULES:
            self.fields[f"rule_{name}"] = forms.ChoiceField(
                label=label, choices=ways.EFFECTS, required=False
            )

    @property
    def question_fields(self) -> list[Any]:
        return [
            self[f"{kind}_{n}"] for n in range(ways.MOST_QUESTIONS) for kind in
            ("question", "second")
        ]  # fmt: skip

    @property
    def rule_fields(self) -> list[Any]:
        return [self[f"rule_{name}"] for name, _label in ways.RULES]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for n in range(ways.MOST_QUESTIONS):
            if given.get(f"second_{n}") and not given.get(f"question_{n}"):
                self.add_error(f"question_{n}", _("Write it in your first language too."))
        return given

    def questions(self) -> list[dict[str, str]]:
        given = self.cleaned_data
        return [
            {"text": given[f"question_{n}"], "second": given[f"second_{n}"]}
            for n in range(ways.MOST_QUESTIONS)
            if given[f"question_{n}"]
        ]

    def automatic(self) -> dict[str, str]:
        chosen = {name: self.cleaned_data[f"rule_{name}"] for name, _label in ways.RULES}
        return {name: effect for name, effect in chosen.items() if effect}


class InvitationForm(forms.Form):
    """A link to give away; operators may have it mailed."""

    note = forms.CharField(
        label=_("A word to go with it"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Mail it to"), required=False,
        help_text=_("Then it is for this person alone. The address goes once it is used or over."),
    )  # fmt: skip
    uses = forms.IntegerField(label=_("For how many people"), min_value=1, initial=1)
    days = forms.IntegerField(
        label=_("Stands for, in days"), min_value=1, max_value=ways.INVITATION_DAYS_MOST,
        initial=ways.INVITATION_DAYS,
    )  # fmt: skip

    def __init__(self, *args: Any, is_operator: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_operator:
            del self.fields["email"]
        most = ways.INVITATION_USES_MOST if is_operator else ways.MEMBER_USES_MOST
        self.fields["uses"] = forms.IntegerField(
            label=_("For how many people"), min_value=1, max_value=most, initial=1
        )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("What should they look at again?"), max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "data-draft": "appeal"}),
        error_messages={"required": _("Say in a sentence what they should look at again.")},
    )  # fmt: skip
