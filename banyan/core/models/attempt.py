from django.db import models

from banyan.core.db.inserting import Inserts
from banyan.core.privacy import Privacy


class Attempt(Inserts):
    """One keyed write request, so that a repeated one gets the same answer."""

    RUNNING, DONE = "running", "done"

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=RUNNING)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="attempt_once"),
        ]
        indexes = [models.Index(fields=["at"], name="attempt_at")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="one day", why="short-lived answers"
    )
