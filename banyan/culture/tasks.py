"""What comes by itself: votes are counted when their end has come."""

from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .amendments import actions as amendments


@every(seconds=60)
def count_votes() -> int:
    return amendments.settle_due(now=timezone.now())
