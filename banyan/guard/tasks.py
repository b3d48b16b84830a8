from __future__ import annotations

from django.utils import timezone

from banyan.communities.models import Community
from banyan.core.jobs import every

from .actions import look, trust

DAY = 24 * 3600


@every(seconds=DAY)
def count_trust() -> int:
    """Each day every member's level is counted anew."""
    now = timezone.now()
    open_now = Community.objects.filter(closed_at=None).order_by("pk")
    return sum(trust.count_community(one, now=now) for one in open_now.iterator())


@every(seconds=DAY)
def forget_old() -> int:
    """What nobody needs any more: old days, and texts that were looked at half a year ago."""
    now = timezone.now()
    return trust.forget_old_days(now=now) + look.forget_old(now=now)
