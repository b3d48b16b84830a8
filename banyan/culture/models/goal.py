from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from ..goals import rules
from .said import Worded


class Goal(Worded, Scoped, Stateful):
    """Something a community wants to have done together by a day, counted from its log."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.RUNNING)
    title = models.CharField(max_length=100)
    second_title = models.CharField(max_length=100, blank=True)
    lang = models.CharField(max_length=12, default="en")
    second_lang = models.CharField(max_length=12, blank=True)
    measure = models.CharField(max_length=30, help_text="a key of goals.measures")
    target = models.PositiveIntegerField()
    progress = models.PositiveIntegerField(default=0, help_text="as last counted")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="made_by__person", exports=("community_id", "title", "target", "made_at"),
        on_erase="keep", keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(target__gte=1), name="goal_target"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="goal_has_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="goal_due")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title
