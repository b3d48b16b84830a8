"""What becomes of a goal. Pure."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

RUNNING, REACHED, MISSED, CANCELLED = "running", "reached", "missed", "cancelled"
MOVES = {RUNNING: (REACHED, MISSED, CANCELLED)}
STATES = [
    (RUNNING, _("On the way")),
    (REACHED, _("Reached")),
    (MISSED, _("Not reached")),
    (CANCELLED, _("Given up")),
]
MOST_RUNNING = 5


def verdict(*, counted: int, target: int, now: datetime, ends_at: datetime) -> str:
    """Reached as soon as the number is there; missed when time is up without it."""
    if counted >= target:
        return REACHED
    return MISSED if now >= ends_at else RUNNING
