from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.catalog.forms import MoneyField, PercentField
from banyan.catalog.models import Product
from banyan.content.forms import MomentField
from banyan.tiers.models import Tier

from . import rules


class TierSelect(forms.Select):
    """Each paid level in the language that its name is written in."""

    langs: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if lang := self.langs.get(str(value)):
            option["attrs"]["lang"] = lang
        return option


class DiscountForm(forms.Form):
    """What is taken off, from what, for whom and until when."""

    kind = forms.ChoiceField(
        label=_("How buyers get it"),
        choices=[
            (rules.COUPON, _("With a code")),
            (rules.AUTOMATIC, _("By itself, for everybody")),
            (rules.MEMBER, _("By itself, for members: a member price")),
        ],
        initial=rules.COUPON,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=pgettext_lazy("discount", "Name"), max_length=60,
        help_text=_("Buyers read it beside the amount, such as “Welcome”."),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code"), max_length=40, required=False,
        help_text=_("3 to 24 letters and digits. Big and small letters are the same."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    percent = PercentField(
        label=_("Percent off"), min_value=Decimal("0.01"), most_bp=rules.WHOLE_BP, required=False
    )  # fmt: skip
    products = forms.TypedMultipleChoiceField(
        label=_("Only for these products"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none for the whole basket."),
    )  # fmt: skip
    least_pieces = forms.IntegerField(
        label=_("From so many pieces on"), min_value=1, max_value=999, required=False
    )
    members_only = forms.BooleanField(label=_("For members only"), required=False)
    first_only = forms.BooleanField(label=_("For a buyer’s first order only"), required=False)
    is_shown = forms.BooleanField(
        label=_("Members can take it on the page of coupons"), required=False
    )
    most = forms.IntegerField(
        label=_("Coupons in all"), min_value=1, max_value=rules.MOST_COUPONS, required=False,
        help_text=_("Leave it empty for no limit."),
    )  # fmt: skip
    most_each = forms.IntegerField(
        label=_("Coupons for one buyer"), min_value=1, max_value=rules.MOST_EACH, required=False,
        initial=1, help_text=_("Leave it empty for no limit."),
    )  # fmt: skip
    tier = forms.TypedChoiceField(
        label=_("Only with a paid level"), coerce=int, required=False, empty_value=None,
        help_text=_("Members of this level and of higher ones get it."), widget=TierSelect,
    )  # fmt: skip
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(
        label=_("Ends"), required=False, help_text=_("Leave it empty if you end it yourself.")
    )

    def __init__(
        self, *args: Any, currency: str, products: list[Product], tiers: list[Tier], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"] = MoneyField(label=_("Amount off"), currency=currency, required=False)
        self.fields["least"] = MoneyField(
            label=_("From so much on"), currency=currency, required=False
        )
        self.fields["products"].choices = [(p.pk, p.here_title) for p in products]  # type: ignore[attr-defined]
        if not products:
            del self.fields["products"]
        self.tiers = {tier.pk: tier for tier in tiers}
        if tiers:
            choices = [("", _("None")), *((tier.pk, tier.name) for tier in tiers)]
            self.fields["tier"].choices = choices  # type: ignore[attr-defined]
            self.fields["tier"].widget.langs = {str(tier.pk): tier.lang for tier in tiers}  # type: ignore[attr-defined]
        else:
            del self.fields["tier"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        percent, amount = found.get("percent"), found.get("amount")
        if not {"percent", "amount"} & set(self.errors) and bool(percent) == bool(amount):
            self.add_error("percent", _("Give a percentage or an amount, not both."))
        if found.get("kind") == rules.COUPON and not rules.code_of(found.get("code") or ""):
            self.add_error("code", _("A coupon needs a code of 3 to 24 letters and digits."))
        starts_at, ends_at = found.get("starts_at"), found.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins."))
        return found

    def terms(self) -> dict[str, Any]:
        """As the actions take them."""
        found = self.cleaned_data
        kept = ("kind", "name", "code", "members_only", "first_only", "is_shown", "most",
                "most_each", "starts_at", "ends_at")  # fmt: skip
        return {name: found[name] for name in kept} | {
            "percent_bp": found["percent"] or 0,
            "amount_minor": found["amount"] or 0,
            "least_minor": found["least"] or 0,
            "least_pieces": found["least_pieces"] or 0,
            "products": found.get("products") or [],
            "tier": self.tiers.get(found.get("tier") or 0),
        }


class TogetherForm(forms.Form):
    """Which kinds of discounts stand together on one order."""

    pairs = forms.MultipleChoiceField(
        label=_("These stand together"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[
            ("member+member", _("Several member prices")),
            ("member+automatic", _("A member price and one by itself")),
            ("member+coupon", _("A member price and a coupon")),
            ("automatic+automatic", _("Several by themselves")),
            ("automatic+coupon", _("One by itself and a coupon")),
        ],
        help_text=_("Of those that do not, an order gets what takes the most off."),
    )  # fmt: skip

    def chosen(self) -> tuple[rules.Pair, ...]:
        return rules.pairs_of(list(self.cleaned_data["pairs"]))
