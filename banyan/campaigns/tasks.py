from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every, job

from .actions import closing, planning


@job()
def settle_team(*, team_id: int) -> None:
    """Each seat of a closed team is confirmed or paid back; what is left the sweep does."""
    closing.settle(team_id=team_id, now=timezone.now())


@every(seconds=5)
def keep_deadlines() -> int:
    """Teams close at their deadline, campaigns begin and end at theirs."""
    now = timezone.now()
    closed = closing.close_due(now=now)
    return closed + closing.settle_closed(now=now) + planning.keep_time(now=now)
