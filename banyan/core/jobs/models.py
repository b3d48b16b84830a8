"""The rows behind background work: one per job, one per sweep."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from banyan.core.db.inserting import Inserts
from banyan.core.privacy import Privacy

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

__all__ = ["Job", "Sweep"]


class Job(Inserts):
    """One promise to call a function. It commits with the work that asked for it.

    waiting -> running -> done, or back to waiting for another try, or failed for good.
    """

    privacy = Privacy(
        person=None,
        exports="none",
        on_erase="keep",
        keeps="a week once done; failed ones until an operator has seen to them",
        why="arguments are ids; errors are kept without secrets and addresses",
    )

    name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, blank=True)
    state = models.CharField(max_length=8, default=WAITING)
    run_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=Q(state__in=[WAITING, RUNNING]),
                name="job_key_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[WAITING, RUNNING, DONE, FAILED]), name="job_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(state=WAITING), name="job_due"),
            models.Index(fields=["lease_until"], condition=Q(state=RUNNING), name="job_leased"),
            models.Index(fields=["ended_at"], condition=Q(state=DONE), name="job_done"),
            models.Index(fields=["id"], condition=Q(state=FAILED), name="job_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Sweep(models.Model):
    """When a sweep is due next. One guarded update moves it, so one process runs it."""

    privacy = Privacy(
        person=None,
        exports="none",
        on_erase="keep",
        keeps="always",
        why="a timetable, about nobody",
    )

    name = models.CharField(max_length=200, primary_key=True)
    next_at = models.DateTimeField(db_index=True)
    ran_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
