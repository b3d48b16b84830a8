from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from . import traces
from .actions import clearing


@every(seconds=60)
def clear_commission() -> int:
    """What was held long enough can be paid out."""
    return clearing.clear_due(now=timezone.now())


@every(seconds=24 * 3600)
def forget_traces() -> int:
    """Codes of networks and devices go after 90 days."""
    return traces.forget(now=timezone.now())
