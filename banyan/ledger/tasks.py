from __future__ import annotations

import logging

from django.utils import timezone

from banyan.core.jobs import every

from . import seals

logger = logging.getLogger("banyan.ledger")


@every(seconds=60)
def seal() -> int:
    return seals.seal(now=timezone.now())


@every(seconds=24 * 3600)
def verify() -> int:
    """The nightly examination: an alarm line for everything that is wrong."""
    count = 0
    for finding in seals.verify():
        logger.error("LEDGER ALARM %s", finding)
        count += 1
    return count
