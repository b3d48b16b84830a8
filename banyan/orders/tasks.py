"""What happens by itself: unpaid orders let their stock go, old parcels count as received."""

from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from banyan.core.jobs import every
from banyan.core.refusals import WrongMoment

from . import rules
from .actions import baskets, fulfilling, placing
from .models import Order

BATCH = 500


@every(seconds=10)
def expire_reservations() -> int:
    now = timezone.now()
    over = (
        Order.objects.filter(state=rules.PLACED, reserved_until__lte=now)
        .select_related("community", "person")
        .order_by("reserved_until")[:BATCH]
    )
    done = 0
    for order in over:
        with suppress(WrongMoment):  # paid or cancelled a moment ago
            placing.expire(order=order, now=now)
            done += 1
    return done


@every(seconds=3600)
def finish_shipped_orders() -> int:
    return fulfilling.finish_shipped(now=timezone.now())


@every(seconds=24 * 3600)
def forget_old_baskets() -> int:
    return baskets.drop_old(now=timezone.now())
