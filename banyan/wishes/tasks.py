from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import waiting, watching, wishing


@every(seconds=30)
def tell_of_stock() -> int:
    """Whoever is next in a queue learns that it is to be had again."""
    return waiting.tell_next(now=timezone.now())


@every(seconds=300)
def watch_prices() -> int:
    return watching.look_at_prices(now=timezone.now())


@every(seconds=3600)
def forget_what_is_over() -> int:
    return wishing.forget_over(now=timezone.now())
