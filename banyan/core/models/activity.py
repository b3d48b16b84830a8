from django.db import models

from banyan.core.db.inserting import Inserts
from banyan.core.privacy import Privacy


class Activity(Inserts):
    """One event. Never changed, never deleted (triggers refuse both); names people by pseudonym."""

    at = models.DateTimeField()
    community_id = models.BigIntegerField(null=True)
    actor = models.UUIDField(null=True)
    visitor = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=120, blank=True)
    referrer = models.CharField(max_length=200, blank=True)
    share = models.CharField(max_length=64, blank=True)
    first_touch = models.JSONField(default=dict)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    props = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["community_id", "at"], name="activity_community_at"),
            models.Index(fields=["object_kind", "object_id"], name="activity_object"),
            models.Index(fields=["actor", "at"], name="activity_actor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"

    privacy = Privacy(
        person="actor",
        exports="all",
        on_erase="keep",
        keeps="for ever, under a pseudonym that erasure cuts from the person",
    )
