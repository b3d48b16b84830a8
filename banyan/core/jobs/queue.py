"""Adding, taking, ending and returning jobs. Every change of state is one guarded UPDATE."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ..db.inserting import insert_if_new
from . import jobs, rules, sweeps
from .models import DONE, FAILED, RUNNING, WAITING, Job, Sweep

# "At once" is earlier than every clock, so that a test's set clock finds the job due as well.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
KEPT_DAYS = 7
BATCH = 500

type Promise = tuple[str, Mapping[str, Any], str | None, datetime | None]


def add(promises: Iterable[Promise]) -> None:
    """Write jobs down with one INSERT, without those whose key already waits or runs."""
    rows = [
        Job(name=name, arguments=dict(arguments), key=key, run_at=run_at or AT_ONCE)
        for name, arguments, key, run_at in promises
    ]
    if len(rows) == 1:
        insert_if_new(rows[0])
    elif rows:
        Job.objects.bulk_create(rows, ignore_conflicts=any(row.key for row in rows))


def take(*, now: datetime, limit: int, holder: str) -> list[Job]:
    """Up to `limit` due jobs that are now ours alone, until their lease passes."""
    due = Job.objects.filter(state=WAITING, run_at__lte=now).order_by("run_at", "id")
    ours = []
    for row in due[:limit]:
        kind = jobs.get(row.name)
        lease_until = now + timedelta(seconds=kind.lease_seconds if kind else 60)
        taken = Job.objects.filter(pk=row.pk, state=WAITING, tries=row.tries).update(
            state=RUNNING, tries=F("tries") + 1, lease_until=lease_until, held_by=holder
        )
        if taken:
            row.state, row.tries, row.lease_until, row.held_by = (
                RUNNING,
                row.tries + 1,
                lease_until,
                holder,
            )
            ours.append(row)
    return ours


def finish(row: Job, *, now: datetime) -> bool:
    """Mark our run done; False if the lease had passed and somebody else has taken the job."""
    return _end(row, state=DONE, error="", lease_until=None, held_by="", ended_at=now)


def fail(row: Job, *, error: str, now: datetime, final: bool = False) -> bool:
    """Put our failed run back for another try, or leave it failed when its attempts are used up."""
    kind = jobs.get(row.name)
    if final or row.tries >= (kind.attempts if kind else 8):
        return _end(row, state=FAILED, error=error, lease_until=None, held_by="", ended_at=now)
    wait = rules.delay_seconds(tries=row.tries, chance=random.random())  # noqa: S311
    return _end(
        row,
        state=WAITING,
        error=error,
        lease_until=None,
        held_by="",
        run_at=now + timedelta(seconds=wait),
    )


def _end(row: Job, **changes: Any) -> bool:
    # `tries` is the token of this run: after a lost lease the number is no longer ours.
    ours = Job.objects.filter(pk=row.pk, state=RUNNING, tries=row.tries)
    return bool(ours.update(**changes))


def return_lost(*, now: datetime) -> int:
    """Put back what a dead worker held: jobs that are running though their lease has passed."""
    lost = list(Job.objects.filter(state=RUNNING, lease_until__lt=now)[:BATCH])
    return sum(fail(row, error="The worker ended before the job did.", now=now) for row in lost)


def return_held_by(holder: str, *, now: datetime) -> int:
    """Put back at once what `holder` held; only for whoever knows that it is dead."""
    held = Job.objects.filter(state=RUNNING, held_by=holder)
    # run_at stays: it was due before, so it is due now. Its attempt counts, in case it kills again.
    back = 0
    for row in held[:BATCH]:
        if row.tries >= (jobs[row.name].attempts if row.name in jobs else 8):
            back += fail(row, error="The worker ended before the job did.", now=now)
        else:
            back += _end(row, state=WAITING, lease_until=None, held_by="")
    return back


def try_again(job_id: int) -> bool:
    """An operator's wish: let a failed job start afresh.

    False if it is no longer failed, or if a job of its key has been promised since.
    """
    failed = Job.objects.filter(pk=job_id, state=FAILED)
    try:
        with transaction.atomic():
            return bool(failed.update(state=WAITING, tries=0, run_at=AT_ONCE, ended_at=None))
    except IntegrityError:
        return False


def forget_done(*, now: datetime | None = None) -> int:
    """Delete jobs that were done more than a week ago, some at a time."""
    before = (now or timezone.now()) - timedelta(days=KEPT_DAYS)
    old = Job.objects.filter(state=DONE, ended_at__lt=before)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += Job.objects.filter(pk__in=ids).delete()[0]
    return gone


def set_sweeps() -> None:
    """Give every registered sweep its row; one that is new is due at once."""
    known = set(Sweep.objects.values_list("name", flat=True))
    missing = [Sweep(name=name, next_at=AT_ONCE) for name in sweeps if name not in known]
    if missing:
        Sweep.objects.bulk_create(missing, ignore_conflicts=True)


def take_sweeps(*, now: datetime) -> list[str]:
    """Names of the due sweeps that are ours to run now."""
    due = Sweep.objects.filter(next_at__lte=now, name__in=list(sweeps)).order_by("next_at")
    ours = []
    for name in list(due.values_list("name", flat=True)):
        next_at = now + timedelta(seconds=sweeps[name].seconds)
        if Sweep.objects.filter(name=name, next_at__lte=now).update(next_at=next_at, ran_at=now):
            ours.append(name)
    return ours
