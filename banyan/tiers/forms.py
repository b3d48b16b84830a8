from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.catalog.forms import MoneyField
from banyan.content import rules as content

from . import rules
from .models import Tier


class TierForm(forms.Form):
    """A paid level. At least one price."""

    name = forms.CharField(label=pgettext_lazy("paid level", "Name"), max_length=60)
    words = forms.CharField(
        label=_("What it brings"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In your words. Member prices and posts for its members stand there anyway."),
    )  # fmt: skip
    level = forms.IntegerField(
        label=pgettext_lazy("paid level", "Level"), min_value=1, max_value=rules.LEVELS,
        help_text=_("A higher one opens all that lower ones open."),
    )  # fmt: skip
    trial_days = forms.IntegerField(
        label=_("Days to try it out"), min_value=0, max_value=rules.TRIAL_MOST, initial=0,
        help_text=_("For nothing, once for each member. 0: none."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month_minor"] = MoneyField(
            label=_("Price a month"), currency=currency, required=False
        )
        self.fields["year_minor"] = MoneyField(
            label=_("Price a year"), currency=currency, required=False,
            help_text=_("Empty: not sold by the year."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in ("month_minor", "year_minor"):
            if found.get(name) == 0:
                self.add_error(name, _("It costs something, or leave it empty."))
        prices = {"month_minor", "year_minor"}
        if not prices & set(self.errors) and not any(found.get(name) for name in prices):
            self.add_error("month_minor", _("Give a price a month, a price a year, or both."))
        return found


class GiftForm(forms.Form):
    to = forms.CharField(
        label=_("For whom"), max_length=80,
        help_text=_("The name of a member of this community, as it stands on their page."),
    )  # fmt: skip
    period = forms.ChoiceField(label=_("For how long"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, tier: Tier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {rules.MONTH: _("A month"), rules.YEAR: _("A year")}
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (period, words[period]) for period, _price in tier.prices
        ]


class InnerForm(forms.Form):
    tier = forms.TypedChoiceField(label=_("Who reads it"), coerce=int)
    body = forms.CharField(
        label=_("The part for members"), max_length=content.BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What stands in the post itself is for everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, tiers: list[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = [  # type: ignore[attr-defined]
            (tier.pk, _("%(name)s and higher") % {"name": tier.name}) for tier in tiers
        ]
