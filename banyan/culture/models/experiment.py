from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from ..experiments import rules


class Experiment(Scoped, Stateful):
    """Shown to one half of the members first, or only, so that a difference can be seen."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.RUNNING)
    subject = models.CharField(max_length=20, help_text="a key of experiments.subjects")
    subject_id = models.BigIntegerField(default=0, help_text="0: all of its kind here")
    name = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=10, choices=rules.MODES, default=rules.STAGGERED)
    outcome = models.CharField(max_length=20, choices=rules.OUTCOMES, default=rules.WROTE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="then everybody sees it, and it is judged")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="made_by__person", exports=("community_id", "subject", "starts_at"),
        on_erase="keep", keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "subject", "subject_id"],
                condition=Q(state=rules.RUNNING),
                name="experiment_one_running",
            ),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"
