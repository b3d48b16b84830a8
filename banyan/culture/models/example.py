from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful

from ..examples import rules


class Example(Scoped, Stateful):
    """Something a member wrote, named by another as an example of what the charter says."""

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.NOMINATED)
    clause = models.CharField(max_length=12, help_text="id of a clause of the charter")
    kind = models.CharField(max_length=10, help_text="a kind of culture.things")
    object_id = models.BigIntegerField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=rules.LONGEST_WHY)
    lang = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    privacy = Privacy(
        person="by__person", exports=("community_id", "clause", "why", "at", "state"),
        on_erase="blank", blanks=("why",), keeps="the example stands, without the sentence",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "clause", "kind", "object_id"],
                condition=Q(state__in=rules.LIVE),
                name="example_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-at"], name="example_of")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
