from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.core.money import Money, parse_minor

from . import costs, telling


class CostForm(forms.Form):
    """One cost. `currency` is the book's, `today` the shop's day: nothing is noted ahead."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: list(telling.COSTS.items()))
    amount = forms.CharField(
        label=_("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    spent_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    paid_from = forms.ChoiceField(
        label=_("Paid from"),
        choices=[
            (costs.BANK, _("The shop’s bank account")),
            (costs.POCKET, _("The owner’s own pocket")),
        ],
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *given: Any, currency: str, today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.currency, self.today = currency, today
        self.fields["spent_on"].initial = today
        self.fields["spent_on"].widget.attrs["max"] = today.isoformat()

    def clean_amount(self) -> Money:
        try:
            minor = parse_minor(self.cleaned_data["amount"], self.currency)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write an amount in plain digits, such as 1280 or 1280.50.")
            ) from error
        if minor == 0:
            raise forms.ValidationError(_("A cost is more than nothing."))
        return Money(minor, self.currency)

    def clean_spent_on(self) -> date:
        day: date = self.cleaned_data["spent_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day
