"""In the evening, whoever asked for it is told of a day that still is empty."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from banyan.communities.rules import JOINED
from banyan.core.events import announce

from . import rules
from .events import CheckInDue
from .models import CheckIn, Entry

LAST_HOUR = 22


def say_due(*, now: datetime) -> int:
    """Announce CheckInDue, once for a member and day. May run as often as one likes."""
    waiting = (
        Entry.objects.filter(
            challenge__state=rules.RUNNING, wants_reminders=True, left_at=None,
            member__state=JOINED,
        )
        .select_related("challenge", "member__person")
    )  # fmt: skip
    said = 0
    for entry in waiting.iterator(chunk_size=500):
        local = now.astimezone(rules.zone_of(entry.zone))
        today, challenge = local.date(), entry.challenge
        is_time = rules.REMIND_HOUR <= local.hour < LAST_HOUR
        if not is_time or entry.reminded_on == today:
            continue
        if not rules.is_day_of(today, challenge.starts_on, challenge.days):
            continue
        if CheckIn.objects.filter(
            challenge=challenge, member_id=entry.member_id, day=today
        ).exists():
            continue
        with transaction.atomic():
            mine = Entry.objects.filter(pk=entry.pk).filter(
                Q(reminded_on=None) | Q(reminded_on__lt=today)
            )
            if not mine.update(reminded_on=today):
                continue
            announce(
                CheckInDue(
                    community_id=challenge.community_id, object_id=challenge.pk,
                    actor=entry.member.person.pseudonym, day=today.isoformat(), now=now,
                )
            )  # fmt: skip
            said += 1
    return said
