from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import lots


@every(seconds=60)
def clear_leaves() -> int:
    """What was held long enough can be used."""
    return lots.clear_due(now=timezone.now())


@every(seconds=3600)
def expire_leaves() -> int:
    """What was not used in time lapses."""
    return lots.expire_due(now=timezone.now())
