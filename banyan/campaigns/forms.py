from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.catalog.forms import MoneyField
from banyan.catalog.models import Product, Variant
from banyan.content.forms import MomentField
from banyan.core.money import Money

from . import rules


class _OfProduct(forms.Form):
    """What every campaign says of its product. `product` stands once it is made."""

    FIRST = ""  # the field beside which a plan's fault is told
    currency = ""

    def choose_from(
        self, products: list[Product], variants: list[Variant], product: Product | None
    ) -> None:
        if product is not None:
            del self.fields["product"]
            named = [(v.pk, f"{v.label} · {Money(v.price_minor, self.currency).as_text()}")
                     for v in variants]  # fmt: skip
            self.fields["variant"].choices = [("", _("Every variant")), *named]  # type: ignore[attr-defined]
        else:
            self.fields["product"].choices = [(p.pk, p.here_title) for p in products]  # type: ignore[attr-defined]
        if product is None or len(variants) < 2:
            del self.fields["variant"]

    def check_times(self, found: dict[str, Any]) -> None:
        starts_at, ends_at = found.get("starts_at"), found.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins."))


class SaleForm(_OfProduct):
    """A flash sale: one price, so many pieces, so many for each member, from when to when."""

    FIRST = "price"

    product = forms.TypedChoiceField(label=_("Product"), coerce=int)
    variant = forms.TypedChoiceField(
        label=_("Variant"), coerce=int, required=False, empty_value=None
    )
    size = forms.IntegerField(
        label=_("Pieces at this price"), min_value=1, max_value=rules.MOST_PIECES,
        help_text=_("They come out of the stock; a sale is never sold beyond them."),
    )  # fmt: skip
    most_each = forms.IntegerField(
        label=_("Pieces that one member may have"), min_value=1, max_value=rules.MOST_PIECES_EACH
    )
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))

    def __init__(
        self, *args: Any, currency: str, products: list[Product], variants: list[Variant],
        product: Product | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["price"] = MoneyField(label=_("Price in the sale"), currency=currency)
        self.choose_from(products, variants, product)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        price = found.pop("price", None)
        found["steps"] = [(1, price)] if price is not None else []
        if found.get("size") and found.get("most_each", 0) > found["size"]:
            self.add_error("most_each", _("That is more than there are at this price."))
        self.check_times(found)
        return found


class CampaignForm(_OfProduct):
    """A group buy: what, its price steps, how long."""

    FIRST = "seats_1"

    product = forms.TypedChoiceField(label=_("Product"), coerce=int)
    variant = forms.TypedChoiceField(
        label=_("Variant"), coerce=int, required=False, empty_value=None
    )
    size = forms.IntegerField(
        label=_("Places in a group"), min_value=rules.FEWEST, max_value=rules.MOST_SEATS,
        help_text=_("A group closes at once when all of them are paid."),
    )  # fmt: skip
    hours = forms.IntegerField(
        label=_("Hours that a group stays open"), min_value=1, max_value=rules.LONGEST_HOURS,
        help_text=_("Never longer than the group buy itself."),
    )  # fmt: skip
    most_each = forms.IntegerField(
        label=_("Groups that one person may be in"), min_value=1, max_value=rules.MOST_EACH
    )
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))

    def __init__(
        self,
        *args: Any,
        currency: str,
        products: list[Product],
        variants: list[Variant],
        product: Product | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for n in range(1, rules.MOST_STEPS + 1):
            self.fields[f"seats_{n}"] = forms.IntegerField(
                label=_("People"), min_value=rules.FEWEST, max_value=rules.MOST_SEATS,
                required=n == 1,
            )  # fmt: skip
            self.fields[f"price_{n}"] = MoneyField(
                label=_("Price for each"), currency=currency, required=n == 1
            )
        self.choose_from(products, variants, product)

    @property
    def step_rows(self) -> list[tuple[int, Any, Any]]:
        return [(n, self[f"seats_{n}"], self[f"price_{n}"]) for n in range(1, rules.MOST_STEPS + 1)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        steps = []
        for n in range(1, rules.MOST_STEPS + 1):
            seats, price = found.pop(f"seats_{n}", None), found.pop(f"price_{n}", None)
            if seats is not None and price is not None:
                steps.append((seats, price))
            elif (seats is None) != (price is None) and not (
                {f"seats_{n}", f"price_{n}"} & set(self.errors)
            ):
                self.add_error(
                    f"price_{n}" if price is None else f"seats_{n}",
                    _("A step needs both people and a price."),
                )
        found["steps"] = steps
        self.check_times(found)
        return found


class StopForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it stops"), max_length=200, required=False,
        help_text=_("For your own records."),
    )  # fmt: skip
