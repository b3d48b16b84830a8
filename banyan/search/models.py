from __future__ import annotations

from django.db import models

from banyan.communities.models import Community
from banyan.core.privacy import Privacy


class Words(models.Model):
    """The words of a post or a comment, cut and coded (rules.code). Kept by jobs.

    Says nothing of who may see it: that is looked up in the thing itself, each time.
    """

    kind = models.CharField(max_length=10)
    object_id = models.BigIntegerField()
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text="of the thing, as cut")

    privacy = Privacy(
        person=None,
        exports="none",
        on_erase="delete",
        keeps="while what it was cut from is shown",
        why="goes with the words of a post or comment, which the author's export holds",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Asked(models.Model):
    """One search: what was typed and how much was found. Nobody's: no person, no visitor."""

    token = models.CharField(max_length=32, unique=True)
    words = models.CharField(max_length=100)
    lang = models.CharField(max_length=12)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    found = models.PositiveIntegerField()
    at = models.DateTimeField()

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="90 days", why="names nobody"
    )

    class Meta:
        indexes = [models.Index(fields=["community", "-at"], name="asked_here")]

    def __str__(self) -> str:
        return self.words
