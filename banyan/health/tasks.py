from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from . import actions


@every(seconds=3600)
def count_communities() -> int:
    return actions.sweep_all(now=timezone.now())
