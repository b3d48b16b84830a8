"""The counters of lanes, and the notes kept for whoever comes back."""

from django.db import models

from banyan.core.privacy import Privacy

__all__ = ["KeptNote", "Lane"]


class Lane(models.Model):
    """How far a lane has counted."""

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="always", why="counters, about nobody"
    )

    name = models.CharField(max_length=80, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class KeptNote(models.Model):
    """One numbered note of a lane. Written once; forgotten after a day."""

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="a day", why="ids and numbers, no words"
    )

    lane = models.CharField(max_length=80)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    do = models.CharField(max_length=20)
    body = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "number"], name="note_once")]
        indexes = [models.Index(fields=["at"], name="note_at")]

    def __str__(self) -> str:
        return f"{self.lane} {self.number}"
