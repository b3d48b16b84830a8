from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .actions import ask_how_it_is


@every(seconds=6 * 3600)
def ask_after_a_while() -> int:
    """The question of day 14 and day 45; may run twice."""
    return ask_how_it_is(timezone.now())
