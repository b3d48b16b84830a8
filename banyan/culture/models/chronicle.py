from __future__ import annotations

from django.db import models

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy

from .said import Worded


class Page(Worded, Scoped):
    """One line of a community's history: something of its log, or what its team wrote down."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60, help_text="the same thing is written down once")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, help_text="what its sentence names")
    place = models.CharField(max_length=40, blank=True, help_text="URL name of what it is about")
    place_args = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True, help_text="words of the team")
    lang = models.CharField(max_length=12, blank=True)
    second_title = models.CharField(max_length=200, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="by__person", exports=("community_id", "title", "at"), on_erase="keep",
        keeps="as long as the community, under the nameless member",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "key"], name="page_once")]
        indexes = [models.Index(fields=["community", "-at"], name="page_latest")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.key


class Bookmark(models.Model):
    """How far the log has been read for the chronicle."""

    name = models.CharField(max_length=20, primary_key=True)
    activity_id = models.BigIntegerField(default=0)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="for ever")

    def __str__(self) -> str:
        return f"{self.name} {self.activity_id}"
