"""Muting: a member reads but says nothing for a time, and is told why, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.communities.rules import JOINED
from banyan.core.refusals import NotAllowed, WrongMoment

from .. import rules
from ..models import Mute
from ..recording import about
from . import appealing
from .striking import check_over


class Muted(NotAllowed):
    """`where` names the community when the words would stand outside of it."""

    def __init__(self, until: datetime, *, where: str = "") -> None:
        said = {"moment": date_format(timezone.localtime(until), "DATETIME_FORMAT"), "name": where}
        super().__init__(
            _("You are muted in %(name)s until %(moment)s. You can read on.") % said
            if where
            else _("You are muted here until %(moment)s. You can read on.") % said
        )


def check(member: Member, *, now: datetime) -> None:
    """Muted for whoever may say nothing now. It ends by itself: the moment is read, not a flag."""
    if member.muted_until is not None and member.muted_until > now:
        raise Muted(member.muted_until)


@transaction.atomic
def mute(*, member: Member, hours: int, by: Member, now: datetime, reason: str, clause: str = "",
         words: str = "") -> Mute:  # fmt: skip
    """WrongMoment when muted already or not in; NotAllowed over one's own rank or another time."""
    check_over(by, member)
    if hours not in dict(rules.MUTE_HOURS):
        raise NotAllowed
    until = now + timedelta(hours=hours)
    free = Member.objects.filter(pk=member.pk, state=JOINED)
    if not free.filter(Q(muted_until=None) | Q(muted_until__lte=now)).update(muted_until=until):
        raise WrongMoment
    member.muted_until = until
    Mute.objects.filter(member=member, state=rules.ON).update(state=rules.OVER)
    decision = about(member, rules.MUTE, by=by, now=now, reason=reason, clause=clause, words=words)
    return Mute.objects.create(
        community_id=member.community_id, member=member, decision=decision, from_at=now,
        until_at=until,
    )  # fmt: skip


@transaction.atomic
def unmute(*, mute: Mute, by: Member, now: datetime) -> None:
    """End it early. WrongMoment when it has ended."""
    if not mute.holds(now):
        raise WrongMoment
    check_over(by, mute.member)
    mute.move(rules.ENDED)
    Member.objects.filter(pk=mute.member_id).update(muted_until=None)
    about(mute.member, rules.UNMUTE, by=by, now=now)
    appealing.settle(decision_id=mute.decision_id, by=by, now=now)


def sweep(now: datetime) -> int:
    """What has ended by the clock is called so. May run twice."""
    done = Mute.objects.filter(state=rules.ON, until_at__lte=now).update(state=rules.OVER)
    Member.objects.filter(muted_until__lte=now).update(muted_until=None)
    return done
