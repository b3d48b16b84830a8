from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy

from . import facets, rules

DAYS = (14, 45)
ANSWERS = [
    ("yes", _("Yes, this is for me")),
    ("partly", _("In part")),
    ("no", _("Not really")),
    ("skipped", _("Skipped")),
]


class Profile(models.Model):
    """What a community is like, in words that people can wish for. Interests stand beside it."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="profile", primary_key=True
    )
    value = models.JSONField(default=list)
    aesthetic = models.JSONField(default=list)
    personality = models.JSONField(default=list)
    status = models.JSONField(default=list)
    career = models.JSONField(default=list)
    rhythm = models.PositiveSmallIntegerField(null=True, blank=True, choices=facets.RHYTHMS)
    price = models.PositiveSmallIntegerField(null=True, blank=True, choices=facets.PRICES)
    sample_week = models.JSONField(default=list, help_text="seven days: text and second")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return f"profile of {self.community_id}"

    def said(self, facet: str) -> list[Any]:
        """The labels of a facet's values."""
        return [facets.NAMES[facet][key] for key in getattr(self, facet)
                if key in facets.NAMES[facet]]  # fmt: skip


class Arrival(Scoped):
    """How well somebody was expected to fit on the day they came; for those who kept wishes."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="arrival")
    expected = models.PositiveSmallIntegerField(null=True, help_text="percent; None: no wishes")
    at = models.DateTimeField()

    privacy_name = _("How well places were thought to fit you")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "expected", "at"),
        on_erase="delete",
        keeps="as long as you have an account",
    )

    def __str__(self) -> str:
        return f"{self.member_id}: {self.expected}"

    @property
    def band(self) -> str:
        return rules.band(None if self.expected is None else self.expected / 100)


class Echo(Scoped):
    """“Is this for you?”, asked once on day 14 and once on day 45, and what was answered."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="echoes")
    day = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=8, choices=ANSWERS, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Whether places are for you")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "day", "answer", "asked_at", "answered_at"),
        on_erase="delete",
        keeps="as long as you have an account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="echo_once")]
        indexes = [models.Index(fields=["community", "day"], name="echo_here")]

    def __str__(self) -> str:
        return f"{self.member_id} day {self.day}: {self.answer}"
