from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import earning


@every(seconds=60)
def clear_commission() -> int:
    """What was held long enough can be paid out."""
    return earning.clear_due(now=timezone.now())
