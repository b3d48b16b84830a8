from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.core.money import parse_minor

from . import countries, rules


class AddForm(forms.Form):
    variant = forms.IntegerField(min_value=1)
    quantity = forms.IntegerField(min_value=1, max_value=rules.MOST_OF_ONE, required=False)


def _text(label: Any, *, most: int, complete: str, required: bool = True, **more: Any) -> Any:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": complete, **more}),
    )


class CheckoutForm(forms.Form):
    """Whom, where to and how. Goods that need no post ask for no address."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For the receipt and news of your parcel, nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    name = _text(_("Name"), most=80, complete="name")
    country = forms.ChoiceField(
        label=_("Country or region"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    line1 = _text(_("Street and number"), most=120, complete="address-line1")
    line2 = _text(_("Flat, building, company"), most=120, complete="address-line2", required=False)
    city = _text(_("City or district"), most=80, complete="address-level2")
    region = _text(_("Province or state"), most=80, complete="address-level1", required=False)
    postcode = _text(_("Postcode"), most=20, complete="postal-code", required=False)
    phone = _text(
        _("Phone, for the carrier"), most=30, complete="tel", required=False, inputmode="tel"
    )
    note = forms.CharField(
        label=_("A word to the shop"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    rate = forms.IntegerField(required=False, widget=forms.HiddenInput())
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    PLACE = ("name", "country", "line1", "line2", "city", "region", "postcode", "phone")

    def __init__(
        self,
        *args: Any,
        needs_post: bool,
        asks_email: bool,
        only_countries: list[str] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_email:
            del self.fields["email"]
        if needs_post:
            self.fields["country"].choices = countries.choices(  # type: ignore[attr-defined]
                get_language() or "en", only_countries
            )
        else:
            for name in self.PLACE:
                del self.fields[name]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ShipForm(forms.Form):
    carrier = _text(_("Carrier"), most=60, complete="off", required=False)
    tracking = _text(_("Tracking number"), most=80, complete="off", required=False)


class RateForm(forms.Form):
    """One way of sending parcels."""

    name = forms.CharField(
        label=_("What it is called"),
        max_length=60,
        help_text=_("What buyers read, such as “Post within China”."),
    )
    price = forms.CharField(label=_("Price"), max_length=20)
    free_over = forms.CharField(
        label=_("Free from"),
        max_length=20,
        required=False,
        help_text=_("Orders of this much or more go for nothing. Leave it empty for never."),
    )
    days = forms.CharField(
        label=_("How long it takes"), max_length=40, required=False,
        help_text=_("In your words, such as “2 to 4 days”."),
    )  # fmt: skip
    everywhere = forms.BooleanField(label=_("To every country and region"), required=False)
    regions = forms.MultipleChoiceField(
        label=_("Only to these"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    most_grams = forms.IntegerField(
        label=_("Heaviest parcel, in grams"), min_value=1, max_value=1_000_000, required=False,
        help_text=_("Heavier baskets do not get this rate. Leave it empty for any weight."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["regions"].choices = countries.choices(  # type: ignore[attr-defined]
            get_language() or "en"
        )

    def _minor(self, name: str) -> int | None:
        text = str(self.cleaned_data.get(name) or "")
        if not text:
            return None
        try:
            return parse_minor(text, self.currency)
        except ValueError:
            raise forms.ValidationError(_("Write an amount, such as 12 or 12.50.")) from None

    def clean_price(self) -> int | None:
        return self._minor("price")

    def clean_free_over(self) -> int | None:
        return self._minor("free_over")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("everywhere") and not found.get("regions"):
            self.add_error("regions", _("Choose where it goes, or every country."))
        return found

    def fields_of_rate(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "name": found["name"],
            "price_minor": found["price"],
            "free_over_minor": found["free_over"],
            "days": found["days"],
            "regions": [] if found["everywhere"] else sorted(found["regions"]),
            "most_grams": found["most_grams"],
        }


class TermsForm(forms.Form):
    """What holds for every order of the shop."""

    tax = forms.DecimalField(
        label=_("Tax contained in your prices, in percent"), min_value=0, max_value=50,
        decimal_places=2, required=False,
        help_text=_("Shown to buyers as part of the total. 0 when you charge none."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days until a sent order counts as received"), min_value=1, max_value=90,
        help_text=_("Buyers can say so earlier. Then the money is yours in the books."),
    )  # fmt: skip


class RefundForm(forms.Form):
    """The second step of a refund: why, and the sum that was shown."""

    reason = forms.CharField(label=_("Reason, for the buyer"), max_length=300, required=False)
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
