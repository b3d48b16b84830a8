"""One tap a day, counted by the clock of the first: no change of zone gains any."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.core.zones import zone_of

from .. import rules
from ..events import DayCheckedIn
from ..models import CheckIn, Habit, Terms
from . import gifts


class CheckedInAlready(WrongMoment):
    sentence = _("You have checked in today already.")


class NoCheckInHere(WrongMoment):
    sentence = _("There is no checking in here at the moment.")


@transaction.atomic
def check_in(*, member: Member, now: datetime) -> CheckIn:
    """Note that the member is here today, once, and give what the day gives."""
    if not member.is_in:
        raise NotAllowed
    terms = Terms.objects.filter(community_id=member.community_id, is_on=True).first()
    if terms is None:
        raise NoCheckInHere
    habit = gifts.own(member)
    zone = habit.zone or zone_of(member.person.zone or member.community.zone).key
    day = rules.local_day(now, zone)
    step = rules.check_in(habit.row, day)
    if step is None:
        raise CheckedInAlready
    _keep(habit, zone, step)
    try:
        with transaction.atomic():
            made = CheckIn.objects.create(
                community_id=member.community_id, member=member, day=day, at=now,
                days=step.row.days, mended=step.mended,
            )  # fmt: skip
    except IntegrityError:
        raise CheckedInAlready from None
    minor = rules.leaves_for(
        made.days, day=terms.day_minor, week=terms.week_minor, month=terms.month_minor
    )
    if minor or terms.day_points:
        gifts.give(member=member, minor=minor, points=terms.day_points, day=day, now=now)
        gifts.recount(habit=habit, member=member, now=now)
    announce(
        DayCheckedIn(
            community_id=member.community_id, object_id=made.pk, days=made.days,
            mended=made.mended, actor=member.person.pseudonym, now=now,
        )
    )  # fmt: skip
    return made


def _keep(habit: Habit, zone: str, step: rules.Step) -> None:
    """Guarded by the last day as it was read: of two taps one comes through."""
    row = step.row
    changed = Habit.objects.filter(pk=habit.pk, last_on=habit.last_on).update(
        zone=zone, last_on=row.last_on, days=row.days, grace=row.grace,
        longest=max(habit.longest, row.days),
    )  # fmt: skip
    if not changed:
        raise CheckedInAlready


@transaction.atomic
def show_level(*, member: Member, is_shown: bool) -> None:
    """Whether others see the member's level beside the name."""
    habit = gifts.own(member)
    Habit.objects.filter(pk=habit.pk).update(hides_level=not is_shown)
