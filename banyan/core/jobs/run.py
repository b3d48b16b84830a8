"""Running what has been taken: one job, one sweep, or all that is due."""

from __future__ import annotations

import logging
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from . import GiveUp, jobs, queue, rules, sweeps
from .models import Job, Sweep

logger = logging.getLogger("banyan.jobs")


def one_job(row: Job, *, now: datetime | None = None) -> bool:
    """Run a taken job and write down how it ended. True when it was done."""
    kind = jobs.get(row.name)
    try:
        if kind is None:
            raise LookupError("no function of this name is registered")
        with translation.override(settings.LANGUAGE_CODE), savepoint():
            kind(**row.arguments)
    except Exception as error:
        text = describe(error)
        logger.warning("job %s %s, try %s: %s", row.pk, row.name, row.tries, text)
        queue.fail(row, error=text, now=now or timezone.now(), final=isinstance(error, GiveUp))
        return False
    queue.finish(row, now=now or timezone.now())
    return True


def one_sweep(name: str) -> bool:
    """Run a sweep that is ours. One that fails is tried again at its next time."""
    try:
        with translation.override(settings.LANGUAGE_CODE), savepoint():
            sweeps[name]()
    except Exception as error:
        text = describe(error)
        logger.warning("sweep %s: %s", name, text)
        Sweep.objects.filter(name=name).update(error=text)
        return False
    Sweep.objects.filter(name=name).exclude(error="").update(error="")
    return True


def all_due(*, now: datetime | None = None, limit: int = 1000) -> int:
    """Run due sweeps, then due jobs and the jobs they promise, until none is left.

    With `now` the clock is set: only what is due at that moment runs, and retries count from it.
    """
    ran = 0
    queue.set_sweeps()
    for name in queue.take_sweeps(now=now or timezone.now()):
        one_sweep(name)
        ran += 1
    while ran < limit:
        moment = now or timezone.now()
        # One at a time: a job may withdraw or promise others.
        taken = queue.take(now=moment, limit=1, holder="run_due")
        if not taken:
            break
        one_job(taken[0], now=now)
        ran += 1
    return ran


def savepoint() -> AbstractContextManager[None]:
    """Inside a transaction (a test's), keeps a failed call from spoiling it; nothing elsewhere."""
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        block = transaction.atomic()
        # Calls to providers refuse to run in a transaction; one that a test is wrapped in is none.
        block._from_testcase = connection.atomic_blocks[-1]._from_testcase
        return block
    return nullcontext()


def describe(error: BaseException) -> str:
    """Kind, place and words of an error, without secrets."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return rules.without_secrets(f"{type(error).__name__}: {error}") + place
