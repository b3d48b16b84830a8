from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import lasting


@every(seconds=300)
def settle_memberships() -> int:
    """Where a new day has begun: what it earned, reminders, grace, what has run out."""
    return lasting.settle_due(now=timezone.now())
