from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.catalog.forms import MoneyField

from . import rules


def _leaves(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=rules.MOST_LEAVES, help_text=help_text
    )


class TermsForm(forms.Form):
    """What a day gives. Leaves come out of the month's leaves, as all others do."""

    is_on = forms.BooleanField(label=_("Members can check in each day"), required=False)
    day_minor = _leaves(_("Leaves for a day"), _("0: none."))
    week_minor = _leaves(_("More leaves on every 7th day in a row"), _("0: none."))
    month_minor = _leaves(_("More leaves on every 30th day in a row"), _("0: none."))
    day_points = forms.IntegerField(
        label=_("Points for a day"), min_value=0, max_value=rules.MOST_POINTS,
        help_text=_("Points make levels. They are not money and cannot be spent."),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, gives_leaves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gives_leaves = gives_leaves
        self.fields["point_minor"] = MoneyField(
            label=_("One point for each so much spent"), currency=currency, required=False,
            help_text=_("On goods that were kept: what comes back takes its points along. "
                        "Empty: no points for money."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "point_minor" in found:
            found["point_minor"] = found["point_minor"] or 0
        for name in ("day_minor", "week_minor", "month_minor"):
            if found.get(name) and not self.gives_leaves:
                self.add_error(name, no_leaves())
        return found


def no_leaves() -> Any:
    return _("First say on the page “Leaves” how many there are in a month.")


class QuestForm(forms.Form):
    name = forms.CharField(label=_("Name of the quest"), max_length=rules.TITLE_LENGTH)
    second_name = forms.CharField(
        label=_("Name in the other language"), max_length=rules.TITLE_LENGTH, required=False
    )
    act = forms.ChoiceField(label=_("What is to be done"), choices=rules.ACTS)
    number = forms.IntegerField(
        label=_("How many times"), min_value=1, max_value=rules.MOST_NUMBER, initial=1
    )
    period = forms.ChoiceField(label=pgettext_lazy("quest", "When"), choices=rules.PERIODS)
    minor = forms.IntegerField(
        label=_("Leaves for it"), min_value=0, max_value=rules.MOST_LEAVES, initial=0
    )
    points = forms.IntegerField(
        label=_("Points for it"), min_value=0, max_value=rules.MOST_POINTS, initial=0
    )

    def __init__(self, *args: Any, gives_leaves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gives_leaves = gives_leaves

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("minor") and not self.gives_leaves:
            self.add_error("minor", no_leaves())
        if found.get("minor") == 0 and found.get("points") == 0:
            self.add_error("points", _("Give leaves or points for it."))
        if found.get("act") in rules.ONLY_ONCE:
            if found.get("period") == rules.WEEKLY:
                self.add_error("period", _("That can be done only once."))
            if found.get("number", 1) > 1:
                self.add_error("number", _("That can be done only once."))
        return found


class LevelForm(forms.Form):
    name = forms.CharField(label=_("Name of the level"), max_length=rules.NAME_LENGTH)
    second_name = forms.CharField(
        label=_("Name in the other language"), max_length=rules.NAME_LENGTH, required=False
    )
    from_points = forms.IntegerField(label=_("From so many points"), min_value=0,
                                     max_value=10**9)  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=rules.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The member reads this."),
    )  # fmt: skip
