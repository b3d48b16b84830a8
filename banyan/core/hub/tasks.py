from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from banyan.core.jobs import every

from . import KEPT_SECONDS
from .models import KeptNote

BATCH = 2000


@every(seconds=1800)
def sweep_kept_notes() -> int:
    """Notes older than a day are forgotten; whoever comes back later loads the page anew."""
    return forget(now=timezone.now())


def forget(*, now: datetime) -> int:
    old = KeptNote.objects.filter(at__lt=now - timedelta(seconds=KEPT_SECONDS))
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += KeptNote.objects.filter(pk__in=ids).delete()[0]
    return gone
