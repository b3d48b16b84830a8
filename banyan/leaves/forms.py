from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.catalog.forms import PercentField

from . import rules


class TermsForm(forms.Form):
    """What gives leaves. One leaf is one minor unit of the shop's currency."""

    month_minor = forms.IntegerField(
        label=_("Leaves a month"), min_value=0, max_value=rules.MOST_LEAVES,
        help_text=_("All that members are given together. 0: none are given."),
    )  # fmt: skip
    thanks_minor = forms.IntegerField(
        label=_("Leaves for a thank-you"), min_value=0, max_value=100_000,
        help_text=_("A member thanks another one for a post or comment. 0: no thank-yous."),
    )  # fmt: skip
    thanks_a_month = forms.IntegerField(
        label=_("Thank-yous a month for each member"), min_value=1,
        max_value=rules.THANKS_MOST_A_MONTH,
    )  # fmt: skip
    order_percent = PercentField(
        label=_("Share of a completed order, in percent"), most_bp=rules.BP_MOST,
        help_text=_("Of the goods the buyer keeps, without post and tax. 0: nothing."),
    )  # fmt: skip
    hold_days = forms.IntegerField(
        label=_("Days they wait after an order is completed"), min_value=0,
        max_value=rules.LONGEST_HOLD_DAYS, help_text=_("Until goods can no longer come back."),
    )  # fmt: skip
    expires_days = forms.IntegerField(
        label=_("Days until unused leaves lapse"), required=False,
        min_value=rules.EXPIRES_DAYS_LEAST, max_value=rules.EXPIRES_DAYS_MOST,
        help_text=_("Empty: never. Leaves given before keep their date."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "order_percent" in found:
            found["order_bp"] = found.pop("order_percent")
        month, thanks = found.get("month_minor"), found.get("thanks_minor")
        if month and thanks and thanks > month:
            self.add_error("thanks_minor", _("That is more than there is in a month."))
        return found


class RewardForm(forms.Form):
    title = forms.CharField(label=_("Name of the reward"), max_length=80)
    words = forms.CharField(
        label=_("How it is handed over"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("By post, at the next gathering, as a message."),
    )  # fmt: skip
    price_minor = forms.IntegerField(
        label=_("Price in leaves"), min_value=1, max_value=rules.MOST_LEAVES
    )
    stock = forms.IntegerField(label=_("How many there are"), min_value=0, max_value=100_000)
