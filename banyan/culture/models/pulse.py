from __future__ import annotations

import uuid

from django.db import models

from banyan.communities.models import Community, Member
from banyan.core.privacy import Privacy

from ..pulse import rules


class PulseAsked(models.Model):
    """That a member was asked in a month. What they answered stands elsewhere, without them."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(help_text="its first day")
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.ANSWERED)

    privacy = Privacy(
        person="member__person", exports=("community_id", "month", "state"), on_erase="delete",
        keeps="as long as the membership",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "month"], name="pulse_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.month}"


class PulseAnswer(models.Model):
    """An answer, without its giver. Its key is by chance, so that rows have no order in time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    question = models.CharField(max_length=20, choices=rules.QUESTIONS)
    score = models.PositiveSmallIntegerField(help_text="1 to 5")

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="as long as the community",
        why="holds nothing that leads to a person",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5), name="pulse_score"
            ),
        ]
        indexes = [models.Index(fields=["community", "month"], name="pulse_month")]

    def __str__(self) -> str:
        return f"{self.question} {self.month}"
