from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import planning


@every(seconds=30)
def end_discounts() -> int:
    return planning.keep_time(now=timezone.now())
