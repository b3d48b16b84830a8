from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from . import actions, measuring


@every(seconds=24 * 3600)
def introduce() -> int:
    """New pairs in every community; may run twice."""
    return actions.draw_everywhere(now=timezone.now())


@every(seconds=3600)
def end_and_settle() -> int:
    """What is over is called so, and pairs of day 30 are measured; may run twice."""
    now = timezone.now()
    return actions.end_due(now=now) + measuring.settle_due(now=now)
