from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.catalog.forms import MoneyField, PercentField
from banyan.content.forms import MomentField
from banyan.core.money import Money
from banyan.orders.forms import CheckoutForm

from . import rules
from .models import Milestone, Project, Reward


def sign_of(currency: str, language: str) -> str:
    """The currency as it stands before an amount: ¥."""
    zero = Money(0, currency).display(language)
    return "".join(mark for mark in zero if not mark.isdigit() and mark not in "., ").strip()


IMAGES = {"accept": "image/jpeg,image/png,image/webp,image/gif"}
MONTHS = 24


def months_from(today: date) -> list[tuple[str, str]]:
    """(2027-03, March 2027) for the months ahead."""
    found = []
    for n in range(MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 + n, 12)
        first = date(year, month + 1, 1)
        found.append((f"{first:%Y-%m}", date_format(first, "YEAR_MONTH_FORMAT")))
    return found


class ProjectForm(forms.Form):
    """A project with its rewards and milestones; empty rows are left out."""

    title = forms.CharField(label=_("What is to be made"), max_length=rules.TITLE_LENGTH)
    story = forms.CharField(
        label=_("Its story"), max_length=rules.STORY_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What it is, who makes it, what the money is for, what can go wrong."),
    )  # fmt: skip
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs=IMAGES)
    )
    ends_at = MomentField(label=_("Last moment to pledge"))

    def __init__(self, *args: Any, currency: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["goal"] = MoneyField(label=_("Goal"), currency=currency)
        for n in range(1, rules.MOST_REWARDS + 1):
            self._add_reward(n, months_from(today))
        for n in range(1, rules.MOST_MILESTONES + 1):
            self.fields[f"part_{n}"] = forms.CharField(
                label=_("Milestone"), max_length=rules.TITLE_LENGTH, required=False
            )
            self.fields[f"share_{n}"] = PercentField(
                label=_("Share in percent"), most_bp=rules.WHOLE_BP, required=False
            )

    def _add_reward(self, n: int, months: list[tuple[str, str]]) -> None:
        known = {value for value, _words in months}
        kept = str(self.initial.get(f"month_{n}", ""))
        extra = [(kept, kept)] if kept and kept not in known else []
        self.fields[f"name_{n}"] = forms.CharField(
            label=pgettext_lazy("crowdfunding", "Reward"),
            max_length=rules.TITLE_LENGTH,
            required=n == 1,
        )
        self.fields[f"what_{n}"] = forms.CharField(
            label=_("What a backer gets"), max_length=rules.WHAT_LENGTH, required=False
        )
        self.fields[f"least_{n}"] = MoneyField(
            label=_("For at least"), currency=self.currency, required=n == 1
        )
        self.fields[f"quota_{n}"] = forms.IntegerField(
            label=_("How many there are"), min_value=1, max_value=rules.MOST_PIECES,
            required=False, help_text=_("Left empty, as many as come."),
        )  # fmt: skip
        self.fields[f"month_{n}"] = forms.ChoiceField(
            label=_("Likely to arrive in"), choices=[*extra, *months], required=False
        )
        self.fields[f"post_{n}"] = forms.BooleanField(
            label=_("Comes by post: ask for an address"), required=False
        )

    @property
    def reward_rows(self) -> list[dict[str, Any]]:
        names = ("name", "what", "least", "quota", "month", "post")
        return [
            {"n": n, "is_open": n == 1 or self._is_used(f"name_{n}", f"least_{n}")}
            | {name: self[f"{name}_{n}"] for name in names}
            for n in range(1, rules.MOST_REWARDS + 1)
        ]

    def _is_used(self, *names: str) -> bool:
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def part_rows(self) -> list[tuple[int, Any, Any]]:
        return [
            (n, self[f"part_{n}"], self[f"share_{n}"]) for n in range(1, rules.MOST_MILESTONES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        rewards = [self._reward(found, n) for n in range(1, rules.MOST_REWARDS + 1)]
        parts = [self._part(found, n) for n in range(1, rules.MOST_MILESTONES + 1)]
        milestones = [one for one in parts if one is not None]
        shares_wrong = sum(one.share_bp for one in milestones) != rules.WHOLE_BP
        if shares_wrong and not any(n.startswith(("part_", "share_")) for n in self.errors):
            self.add_error("share_1", _("The shares of all milestones have to add up to 100%."))
        return {
            "title": found.get("title", ""), "story": found.get("story", ""),
            "picture": found.get("picture"), "ends_at": found.get("ends_at"),
            "goal_minor": found.get("goal") or 0,
            "rewards": [one for one in rewards if one is not None], "milestones": milestones,
        }  # fmt: skip

    def _reward(self, found: dict[str, Any], n: int) -> rules.RewardPlan | None:
        name, least = found.get(f"name_{n}"), found.get(f"least_{n}")
        if not name and least is None:
            return None
        if not name or not least:
            field = f"least_{n}" if name else f"name_{n}"
            if field not in self.errors:
                self.add_error(field, _("A reward needs both a name and an amount above zero."))
            return None
        year, _dash, month = str(found.get(f"month_{n}") or "").partition("-")
        if not month:
            self.add_error(f"month_{n}", _("Say when it is likely to arrive."))
            return None
        return rules.RewardPlan(
            name=name, what=found.get(f"what_{n}") or "", least_minor=least,
            quota=found.get(f"quota_{n}"), month=date(int(year), int(month), 1),
            needs_address=bool(found.get(f"post_{n}")),
        )  # fmt: skip

    def _part(self, found: dict[str, Any], n: int) -> rules.MilestonePlan | None:
        name, share = found.get(f"part_{n}"), found.get(f"share_{n}")
        if not name and not share:
            return None
        if not name or not share:
            field = f"share_{n}" if name else f"part_{n}"
            if field not in self.errors:
                self.add_error(field, _("A milestone needs both a name and a share."))
            return None
        return rules.MilestonePlan(name=name, share_bp=share)


def initial_of(
    project: Project, rewards: list[Reward], milestones: list[Milestone], ends_at: datetime
) -> dict[str, Any]:
    """What stands in the form of a draft."""
    found: dict[str, Any] = {
        "title": project.title, "story": project.story, "ends_at": ends_at,
        "goal": project.goal.as_text(),
    }  # fmt: skip
    for one in rewards:
        n = one.position
        found |= {
            f"name_{n}": one.name, f"what_{n}": one.what, f"least_{n}": one.least.as_text(),
            f"quota_{n}": one.quota, f"month_{n}": f"{one.month:%Y-%m}",
            f"post_{n}": one.needs_address,
        }  # fmt: skip
    for part in milestones:
        found |= {
            f"part_{part.position}": part.name,
            f"share_{part.position}": f"{part.share_bp / 100:g}",
        }
    return found


class PledgeForm(CheckoutForm):
    """How much, and where to when the reward comes by post."""

    def __init__(self, *args: Any, reward: Reward, currency: str, **kwargs: Any) -> None:
        super().__init__(
            *args, needs_post=reward.needs_address, asks_email=False, only_countries=None, **kwargs
        )
        for name in ("note", "rate", "seen"):
            del self.fields[name]
        self.reward = reward
        self.fields["amount"] = MoneyField(label=_("How much you pledge"), currency=currency)

    def clean_amount(self) -> int:
        minor = self.cleaned_data["amount"] or 0
        if minor < self.reward.least_minor:
            raise forms.ValidationError(_("That is less than this reward asks for."))
        if minor > rules.LARGEST_MINOR:
            raise forms.ValidationError(_("That is more than can be pledged here."))
        return int(minor)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=rules.REASON_LENGTH)


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs=IMAGES)
    )
