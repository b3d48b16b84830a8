from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every, job

from .actions import closing, delivering, pledging


@job()
def settle_project(*, project_id: int) -> None:
    """Each pledge of a project that is over is paid back; what is left the sweep does."""
    closing.settle(project_id=project_id, now=timezone.now())


@every(seconds=5)
def keep_deadlines() -> int:
    """Projects close at their deadline, unpaid pledges let go, milestones pay out."""
    now = timezone.now()
    done = pledging.release_due(now=now) + closing.keep_time(now=now)
    return done + delivering.pay_out_due(now=now)
