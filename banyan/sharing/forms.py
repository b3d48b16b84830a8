from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.catalog.forms import MoneyField, PercentField
from banyan.catalog.models import Product

from . import rules


class TermsForm(forms.Form):
    window_days = forms.IntegerField(
        label=_("Days that a visit counts"), min_value=1, max_value=rules.LONGEST_WINDOW_DAYS,
        help_text=_("An order belongs to the last link its buyer came by within so many days."),
    )  # fmt: skip
    inviter_keeps = forms.BooleanField(
        label=_("Whoever brought a member in keeps what that member buys"), required=False,
        help_text=_("For orders from now on. Otherwise the last link counts."),
    )  # fmt: skip


class OfferForm(forms.Form):
    rate_bp = PercentField(
        label=_("Share of the goods, in percent"), min_value=0.01, most_bp=rules.BP_MOST,
        help_text=_("Of what the buyer keeps, without post and tax."),
    )  # fmt: skip
    second_bp = PercentField(
        label=_("For whoever brought the sharer in, in percent"), required=False,
        most_bp=rules.BP_MOST,
        help_text=_("Usually nothing. There is never a third level."),
    )  # fmt: skip
    hold_days = forms.IntegerField(
        label=_("Days it is held after an order is completed"), min_value=0,
        max_value=rules.LONGEST_HOLD_DAYS, help_text=_("Until goods can no longer come back."),
    )  # fmt: skip
    products = forms.TypedMultipleChoiceField(
        label=_("Only for"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: every product."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, products: list[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cap_minor"] = MoneyField(
            label=_("At most for one order"), currency=currency, required=False,
            help_text=_("All who earn by it together. Empty: no limit."),
        )  # fmt: skip
        self.order_fields(["rate_bp", "cap_minor", "hold_days", "second_bp", "products"])
        self.fields["products"].choices = [(p.pk, p.here_title) for p in products]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, second = found.get("rate_bp"), found.get("second_bp") or 0
        if first is not None and first + second > rules.BP_MOST:
            self.add_error("second_bp", _("Together that is more than half of the price."))
        found["second_bp"] = second
        return found


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it does not count"), max_length=300,
        help_text=_("Whoever shared it reads this."),
    )  # fmt: skip


class AppealForm(forms.Form):
    appeal = forms.CharField(
        label=_("Why the order is real"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say it once, in your own words. Whoever decides reads this and the reasons."),
    )  # fmt: skip


class PayoutForm(forms.Form):
    note = forms.CharField(
        label=_("How it is paid"), max_length=200, required=False,
        help_text=_("The bank’s reference, for both of you."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(label=_("Amount"), currency=currency)
        self.order_fields(["amount", "note"])
