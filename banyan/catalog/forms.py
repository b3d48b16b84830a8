"""What operators type about products, checked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.core.money import Money, parse_minor

from . import rules
from .actions.variants import VariantRow
from .models import Product, Variant

_LANGUAGES = [("en", _("English")), ("zh-Hans", _("Simplified Chinese"))]


class MoneyField(forms.CharField):
    """A price as people write it; gives minor units of `currency`, None when left empty."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.currency = currency
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_minor(text, self.currency)
        except ValueError as wrong:
            raise forms.ValidationError(
                _("Write a price like %(example)s."),
                params={"example": Money(15800, self.currency).as_text()},
            ) from wrong

    def prepare_value(self, value: Any) -> Any:
        return Money(value, self.currency).as_text() if isinstance(value, int) else value


class PercentField(forms.DecimalField):
    """A share in percent as people write it; gives basis points, None when left empty."""

    def __init__(self, *, most_bp: int, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(max_value=Decimal(most_bp) / 100, decimal_places=2, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal"}

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        found = super().clean(value)
        return None if found is None else int(found * 100)


def _check_before(price: int | None, before: int | None) -> None:
    if before is not None and price is not None and before <= price:
        raise forms.ValidationError(_("The price before must be above the price now."))


class DetailsForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    line = forms.CharField(
        label=_("One sentence"), max_length=300, required=False,
        help_text=_("What you would say with it in your hands."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), max_length=50_000, required=False, widget=forms.Textarea
    )
    lang = forms.ChoiceField(label=_("Written in"), choices=_LANGUAGES)
    category = forms.CharField(label=_("Category"), max_length=120, required=False)
    tags = forms.CharField(
        label=_("Tags"), max_length=1000, required=False, help_text=_("Separated by commas.")
    )
    vendor = forms.CharField(label=_("Who made it"), max_length=120, required=False)
    needs_shipping = forms.BooleanField(label=_("It has to be shipped"), required=False)
    ship_within_days = forms.IntegerField(
        label=_("Ships within, in days"), min_value=0, max_value=365, required=False,
        help_text=_("The product page names the date."),
    )  # fmt: skip
    second_title = forms.CharField(label=_("Title"), max_length=200, required=False)
    second_line = forms.CharField(label=_("One sentence"), max_length=300, required=False)
    second_description = forms.CharField(
        label=_("Description"), max_length=50_000, required=False, widget=forms.Textarea
    )

    def clean_tags(self) -> list[str]:
        return rules.split_tags(self.cleaned_data["tags"])

    def fields_of_product(self) -> dict[str, Any]:
        """The columns to change, the second language following from the first."""
        names = set(DetailsForm.base_fields)
        told = {name: value for name, value in self.cleaned_data.items() if name in names}
        has_second = any(told[f"second_{n}"] for n in ("title", "line", "description"))
        other = "en" if told["lang"].startswith("zh") else "zh-Hans"
        told["second_lang"] = other if has_second else ""
        return told

    @staticmethod
    def initial_of(product: Product) -> dict[str, Any]:
        told = {
            name: getattr(product, name)
            for name in DetailsForm.base_fields
            if name not in ("tags", "description", "second_description")
        }
        for name in ("description", "second_description"):
            told[name] = getattr(product, f"{name}_source") or getattr(product, name)
        return told | {"tags": ", ".join(product.tags)}


class NewProductForm(DetailsForm):
    sku = forms.CharField(label=_("SKU"), max_length=120, required=False)
    on_hand = forms.IntegerField(
        label=_("Pieces in stock"), min_value=0, max_value=rules.MOST_STOCK, initial=1
    )
    is_tracked = forms.BooleanField(label=_("Count the pieces"), required=False, initial=True)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"] = MoneyField(label=_("Price"), currency=currency)
        self.fields["compare"] = MoneyField(
            label=_("Price before"), currency=currency, required=False,
            help_text=_("Shown crossed out beside the price."),
        )  # fmt: skip

    def clean_price(self) -> int:
        price = self.cleaned_data["price"]
        if price == 0:
            raise forms.ValidationError(_("A price must be above zero."))
        return int(price)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            _check_before(told.get("price"), told.get("compare"))
        except forms.ValidationError as wrong:
            self.add_error("compare", wrong)
        return told


class OptionsForm(forms.Form):
    """Up to three options, each a name and its values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, rules.MOST_OPTIONS + 1):
            self.fields[f"name{n}"] = forms.CharField(
                label=_("Option %(n)s") % {"n": n}, max_length=60, required=False
            )
            self.fields[f"values{n}"] = forms.CharField(
                label=_("Its values"), max_length=2000, required=False,
                help_text=_("Separated by commas.") if n == 1 else "",
            )  # fmt: skip

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"name{n}"], self[f"values{n}"]) for n in range(1, rules.MOST_OPTIONS + 1)]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        options: list[tuple[str, list[str]]] = []
        for n in range(1, rules.MOST_OPTIONS + 1):
            name = " ".join(told.get(f"name{n}", "").split())
            values = [v[:120] for v in rules.split_tags(told.get(f"values{n}", ""))]
            if name and not values:
                self.add_error(f"values{n}", _("Give this option at least one value."))
            elif values and not name:
                self.add_error(f"name{n}", _("Give this option a name."))
            elif name and name.casefold() in {known.casefold() for known, _values in options}:
                self.add_error(f"name{n}", _("Two options have this name."))
            elif name:
                options.append((name, values))
        told["options"] = options
        return told

    @staticmethod
    def initial_of(product: Product, variants: Sequence[Variant]) -> dict[str, str]:
        told = {}
        for n, name in enumerate(product.options, start=1):
            values = dict.fromkeys(v.values[n - 1] for v in variants)
            told |= {f"name{n}": name, f"values{n}": ", ".join(values)}
        return told


class VariantsForm(forms.Form):
    """The table of variants: a row of fields for each, named by its id."""

    def __init__(
        self, *args: Any, product: Product, variants: Sequence[Variant], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.variants = variants
        whole = {"min_value": 0, "max_value": rules.MOST_STOCK}
        for v in variants:
            name = v.label or product.here_title
            price = MoneyField(label=_("Price"), currency=product.currency, initial=v.price_minor)
            before = MoneyField(
                label=pgettext_lazy("price", "Before"), currency=product.currency, required=False,
                initial=v.compare_minor,
            )  # fmt: skip
            row = {
                "price": price,
                "compare": before,
                "sku": forms.CharField(
                    label=_("SKU"), max_length=120, required=False, initial=v.sku
                ),
                "grams": forms.IntegerField(
                    label=_("Grams"), required=False, initial=v.weight_grams, min_value=0,
                    max_value=10_000_000,
                ),
                "stock": forms.IntegerField(label=_("In stock"), initial=v.on_hand, **whole),
                "seen": forms.IntegerField(
                    initial=v.on_hand, widget=forms.HiddenInput, **whole
                ),
                "tracked": forms.BooleanField(
                    label=pgettext_lazy("stock", "Counted"), required=False, initial=v.is_tracked
                ),
            }  # fmt: skip
            for column, field in row.items():
                if column != "seen":
                    field.widget.attrs["aria-label"] = f"{field.label}, {name}"
                self.fields[f"{column}-{v.pk}"] = field

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for v in self.variants:
            try:
                _check_before(told.get(f"price-{v.pk}"), told.get(f"compare-{v.pk}"))
            except forms.ValidationError as wrong:
                self.add_error(f"compare-{v.pk}", wrong)
        return told

    @property
    def rows(self) -> list[dict[str, Any]]:
        columns = ("price", "compare", "sku", "grams", "stock", "seen", "tracked")
        return [
            {"variant": v, **{column: self[f"{column}-{v.pk}"] for column in columns}}
            for v in self.variants
        ]

    def variant_rows(self) -> list[VariantRow]:
        told = self.cleaned_data
        return [
            VariantRow(
                variant=v,
                price_minor=told[f"price-{v.pk}"],
                compare_minor=told[f"compare-{v.pk}"],
                sku=told[f"sku-{v.pk}"],
                weight_grams=told[f"grams-{v.pk}"] or 0,
                is_tracked=told[f"tracked-{v.pk}"],
                on_hand=told[f"stock-{v.pk}"],
                seen=told[f"seen-{v.pk}"],
            )
            for v in self.variants
        ]


class StockForm(forms.Form):
    step = forms.IntegerField(
        label=_("How many more, or fewer"), min_value=-rules.MOST_STOCK, max_value=rules.MOST_STOCK,
        help_text=_("For example 12, or -1."),
    )  # fmt: skip
    why = forms.ChoiceField(
        label=_("Why"), choices=[w for w in rules.WHYS if w[0] != rules.IMPORTED]
    )
    note = forms.CharField(label=pgettext_lazy("stock", "Note"), max_length=200, required=False)

    def clean_step(self) -> int:
        step = self.cleaned_data["step"]
        if step == 0:
            raise forms.ValidationError(_("Zero changes nothing."))
        return int(step)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Product CSV"),
        help_text=_("Shopify’s export format, up to 5,000 products and 30 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    pack = forms.FileField(
        label=_("Photos in a zip"), required=False,
        help_text=_("Found by file name. Without it they are fetched from their addresses."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )  # fmt: skip
    publish = forms.BooleanField(
        label=_("Publish what the file says is published"), required=False,
        help_text=_("Otherwise new products come in as drafts."),
    )  # fmt: skip
