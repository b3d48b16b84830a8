from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from . import actions


@every(seconds=300)
def tell_soon() -> int:
    """Gatherings of the next day are announced, each once."""
    return actions.tell_soon(now=timezone.now())
