from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from . import actions, queries, reminders


@every(seconds=60)
def begin_and_end() -> int:
    return actions.sweep(now=timezone.now())


@every(seconds=600)
def remind() -> int:
    return reminders.say_due(now=timezone.now())


@every(seconds=1800)
def count_who_is_going() -> int:
    return queries.keep_all(now=timezone.now())
