from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from . import rules


class Gathering(Scoped, Stateful):
    """A dated meeting of a community, at a place or behind a link."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    organiser = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LENGTH)
    text = models.TextField(blank=True, help_text="Markdown")
    lang = models.CharField(max_length=12, blank=True)
    place = models.CharField(max_length=rules.PLACE_LENGTH, blank=True)
    link = models.URLField(max_length=rules.LINK_LENGTH, blank=True, help_text="for those going")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=50, default="UTC")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="places; empty: all")
    going_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.PLANNED)
    reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="SEQUENCE of the calendar file")
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="when it was said to be soon")

    privacy_name = _("Events you planned")
    privacy = Privacy(
        person="organiser__person",
        exports=("community_id", "title", "text", "place", "starts_at", "ends_at", "state"),
        on_erase="keep",
        keeps="with its community, whose event it is",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(going_count__lte=F("capacity")),
                name="gathering_has_the_places",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "ends_at"], name="gathering_here"),
            models.Index(fields=["state", "told_at", "starts_at"], name="gathering_soon"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_cancelled(self) -> bool:
        return self.state == rules.CANCELLED

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def places_left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.going_count, 0)


class Rsvp(Scoped):
    """One member's answer, and the wish to be reminded."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="answers")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=rules.ANSWERS)
    waiting_since = models.DateTimeField(null=True, blank=True)
    wants_reminder = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    privacy_name = _("Events you answered")
    privacy = Privacy(
        person="member__person",
        exports=("gathering_id", "answer", "wants_reminder", "answered_at"),
        on_erase="delete",
        keeps="while the event stands",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="rsvp_once"),
        ]
        indexes = [
            models.Index(fields=["gathering", "answer", "waiting_since"], name="rsvp_line"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.answer}"
