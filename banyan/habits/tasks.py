from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import quests


@every(seconds=600)
def settle_quests() -> int:
    """What nobody announces (a gathering is over, a profile is complete) is found by looking."""
    return quests.settle_due(now=timezone.now())
