"""Daily facts, counted by a sweep from what stands in the tables beneath, and the stage's history.

Everything here but `Change` and the thresholds can be thrown away and counted anew.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.content.models import Post
from banyan.core.models import Scoped, ScopedQuerySet
from banyan.core.privacy import Privacy

from . import stages


class Board(models.Model):
    """How far a community is counted, its own thresholds, and what its stage rests on."""

    community = models.OneToOneField(
        Community, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    zone = models.CharField(max_length=50, blank=True, help_text="whose days were counted")
    upto = models.DateField(null=True, help_text="the local day of the last sweep; not whole yet")
    swept_at = models.DateTimeField(null=True)
    circles_on = models.DateField(null=True, help_text="when ties were last looked at")
    circles = models.JSONField(default=dict, help_text="what was found among the ties: figures")
    thresholds = models.JSONField(default=dict, help_text="only those that differ from the usual")
    evidence = models.JSONField(default=dict, help_text="key of a criterion: its measured value")
    conditions = models.JSONField(default=list, help_text="keys that hold now")

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    def __str__(self) -> str:
        return f"board of {self.community_id}"

    def threshold(self, key: str) -> int:
        return int(self.thresholds.get(key, stages.THRESHOLDS[key].usual))


class Counts(models.Model):
    """What was done on a day."""

    posts = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    reactions = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    deeds = models.PositiveIntegerField(default=0, help_text="votes, answers, check-ins, follows")

    class Meta:
        abstract = True


class Day(Counts):
    """One local day of a community."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    members = models.PositiveIntegerField(default=0, help_text="at its end")
    joined = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    active = models.PositiveIntegerField(default=0, help_text="members who did something")

    objects: Any = ScopedQuerySet.as_manager()
    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="while it lives", why="sums only"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "day"], name="health_day_once")]

    def __str__(self) -> str:
        return f"{self.community_id} on {self.day}"


class MemberDay(Counts):
    """What one member did on one local day: numbers, no words."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    age = models.IntegerField(default=0, help_text="days since joining; below 0: an earlier stay")
    week = models.IntegerField(default=0, help_text="whole weeks since joining")
    cohort = models.DateField(null=True, help_text="the Monday of the week of joining")

    objects: Any = ScopedQuerySet.as_manager()
    privacy_name = _("How much you did in communities, by day")
    privacy = Privacy(
        person="member__person", exports="all", on_erase="keep",
        keeps="with the nameless tombstone, so that counts stay true",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="health_member_day_once")
        ]
        indexes = [
            models.Index(fields=["community", "day"], name="health_member_day_here"),
            models.Index(fields=["community", "cohort", "week"], name="health_member_day_cohort"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"


class Journey(models.Model):
    """A member's way since joining (the latest time, if several): first days of each step."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, help_text="of the membership, when it was looked at")
    joined_at = models.DateTimeField()
    joined_on = models.DateField()
    joined_week = models.DateField(help_text="the Monday of it")
    left_on = models.DateField(null=True)
    last_on = models.DateField(help_text="last day with a deed; the day of joining if none")
    lived_days = models.PositiveIntegerField(default=0, help_text="from joining to last_on")
    visited_on = models.DateField(null=True, help_text="first day with a deed of any kind")
    reacted_on = models.DateField(null=True)
    posted_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="a post of theirs, by another")
    back_on = models.DateField(null=True, help_text="first deed a week or more after joining")
    circle = models.BigIntegerField(null=True, help_text="whom ties lie among: its first member")

    objects: Any = ScopedQuerySet.as_manager()
    privacy_name = _("Your first steps in communities")
    privacy = Privacy(
        person="member__person", exports="all", on_erase="keep",
        keeps="dates, with the nameless tombstone",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["community", "joined_on"], name="health_journey_here")]

    def __str__(self) -> str:
        return f"{self.member_id} since {self.joined_on}"


class Thread(models.Model):
    """How long a published post waited for somebody else's answer."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+", primary_key=True)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    published_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    seconds = models.PositiveBigIntegerField(null=True, help_text="from one to the other")

    objects: Any = ScopedQuerySet.as_manager()
    privacy_name = _("How soon your posts were answered")
    privacy = Privacy(
        person="author__person", exports=("post_id", "published_at", "answered_at"),
        on_erase="keep", keeps="while its post stands",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["community", "day", "seconds"], name="health_thread_here"),
            models.Index(fields=["author"], name="health_thread_author"),
        ]

    def __str__(self) -> str:
        return f"post {self.post_id}: {self.seconds}"


class Change(Scoped):
    """The stage or a condition changed. Never changed, never deleted (triggers refuse both)."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    evidence = models.JSONField(default=list, help_text="criteria, values and thresholds then")

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="for ever", why="figures only"
    )

    class Meta:
        indexes = [models.Index(fields=["community", "-id"], name="health_change_here")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
