from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from ..rituals import rules
from .said import Worded


class Ritual(Worded, Scoped, Stateful):
    """Something that comes back every week or month at its hour, each time with another host."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.ON)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=600, blank=True, help_text="what its post says")
    lang = models.CharField(max_length=12, default="en")
    second_title = models.CharField(max_length=80, blank=True)
    second_words = models.CharField(max_length=600, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    rhythm = models.CharField(max_length=8, choices=rules.RHYTHMS, default=rules.WEEKLY)
    weekday = models.PositiveSmallIntegerField(choices=rules.WEEKDAYS, default=0)
    month_day = models.PositiveSmallIntegerField(default=1, help_text="1 to 28, when monthly")
    hour = models.PositiveSmallIntegerField(default=20)
    zone = models.CharField(max_length=50, default="UTC")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    privacy = Privacy(
        person="made_by__person", exports=("community_id", "title", "made_at"), on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hour__lte=23, weekday__lte=6, month_day__gte=1, month_day__lte=28),
                name="ritual_time",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Volunteer(models.Model):
    """A member who hosts a ritual when their turn comes."""

    ritual = models.ForeignKey(Ritual, on_delete=models.CASCADE, related_name="volunteers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    privacy = Privacy(
        person="member__person", exports=("ritual_id", "since"), on_erase="delete",
        keeps="until one stops",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ritual", "member"], name="volunteer_once"),
        ]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.ritual_id}"


class Turn(Scoped, Stateful):
    """One time of a ritual: who hosts it, and the post it opened."""

    MOVES = rules.TURN_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    ritual = models.ForeignKey(Ritual, on_delete=models.CASCADE, related_name="turns")
    state = models.CharField(max_length=10, choices=rules.TURN_STATES, default=rules.PLANNED)
    at = models.DateTimeField()
    host = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    skipped = models.JSONField(default=list, help_text="keys of members who passed this turn on")
    swap_with = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    post_id = models.BigIntegerField(null=True)
    post_oid = models.CharField(max_length=32, blank=True)

    privacy = Privacy(
        person="host__person", exports=("community_id", "ritual_id", "at", "state"),
        on_erase="keep", keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ritual", "at"], name="turn_once")]
        indexes = [models.Index(fields=["state", "at"], name="turn_due")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ritual_id} at {self.at}"
