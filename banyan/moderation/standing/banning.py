"""Banning with a reason and a clause. Putting out and letting back is communities' business."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from banyan.communities import actions as communities
from banyan.communities.models import Member

from .. import rules
from ..models import Decision
from ..recording import about
from . import appealing
from .striking import check_over


@transaction.atomic
def ban(*, member: Member, by: Member, now: datetime, reason: str, clause: str = "",
        words: str = "") -> Decision:  # fmt: skip
    check_over(by, member)
    made = about(member, rules.BAN, by=by, now=now, reason=reason, clause=clause, words=words)
    communities.ban(member=member, by=by, now=now)
    return made


@transaction.atomic
def note_ban(*, member: Member, by: Member, now: datetime) -> None:
    """A ban that was given without a reason is a decision too, and can be appealed."""
    here = Decision.objects.filter(kind=rules.PERSON, object_id=member.pk, verdict=rules.BAN)
    if not here.filter(decided_at=now).exists():
        about(member, rules.BAN, by=by, now=now)


@transaction.atomic
def note_unban(*, member: Member, by: Member, now: datetime) -> None:
    about(member, rules.UNBAN, by=by, now=now)
    last = Decision.objects.filter(kind=rules.PERSON, object_id=member.pk, verdict=rules.BAN)
    found = last.order_by("-id").first()
    if found is not None:
        appealing.settle(decision_id=found.pk, by=by, now=now)
