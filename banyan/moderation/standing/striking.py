"""Strikes: a decision may carry one. They expire; three standing ones suggest, never do."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.events import SettingsChanged
from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from .. import rules
from ..models import Decision, Strike, StrikeRule
from ..recording import about
from . import appealing


class NotThatLong(Refusal):
    sentence = _("Choose between 1 and 730 days.")


def check_over(by: Member, member: Member) -> None:
    """Nobody judges themselves, or somebody of the same or a higher role."""
    if by.community_id != member.community_id or by.pk == member.pk or not by.outranks(member):
        raise NotAllowed(_("This person has the same role as you, or a higher one."))


def days_of(community: Community | int) -> int:
    """How long a strike stands here."""
    pk = community if isinstance(community, int) else community.pk
    found = StrikeRule.objects.filter(community=pk).values_list("days", flat=True).first()
    return found or rules.STRIKE_DAYS


@transaction.atomic
def set_days(*, community: Community, days: int, by: Member, now: datetime) -> None:
    """How long strikes given from now on stand."""
    if not 1 <= days <= rules.STRIKE_DAYS_MOST:
        raise NotThatLong
    StrikeRule.objects.update_or_create(community=community, defaults={"days": days})
    announce(
        SettingsChanged(
            community_id=community.pk, object_id=community.pk, actor=by.person.pseudonym,
            fields=["strike_days"], now=now,
        )
    )  # fmt: skip


def attach(decision: Decision, *, author_id: int, by: Member, now: datetime) -> Strike:
    """The strike of a decision about what somebody wrote."""
    member = Member.objects.of(by.community).filter(pk=author_id).first()
    if member is None:
        raise WrongMoment
    check_over(by, member)
    return _give(member, decision, now)


def _give(member: Member, decision: Decision, now: datetime) -> Strike:
    return Strike.objects.create(
        community_id=member.community_id,
        member=member,
        decision=decision,
        given_at=now,
        expires_at=now + timedelta(days=days_of(member.community_id)),
    )


@transaction.atomic
def strike(*, member: Member, by: Member, now: datetime, reason: str, clause: str = "",
           words: str = "") -> Strike:  # fmt: skip
    """A strike for what no single post shows. NotAllowed over one's own rank."""
    check_over(by, member)
    if not member.is_in:
        raise WrongMoment
    made = about(member, rules.STRIKE, by=by, now=now, reason=reason, clause=clause, words=words)
    return _give(member, made, now)


@transaction.atomic
def lift(*, strike: Strike, by: Member, now: datetime) -> None:
    """Take a strike back. WrongMoment when it was lifted or is over."""
    if not strike.holds(now):
        raise WrongMoment
    check_over(by, strike.member)
    strike.move(rules.LIFTED)
    about(strike.member, rules.LIFT, by=by, now=now)
    if strike.decision.verdict == rules.STRIKE:
        appealing.settle(decision_id=strike.decision_id, by=by, now=now)


def undo(*, kind: str, object_id: int, now: datetime) -> int:
    """What was hidden is back: the strike that came with it goes."""
    return Strike.objects.filter(
        decision__kind=kind, decision__object_id=object_id, state=rules.STANDING
    ).update(state=rules.LIFTED)


def sweep(now: datetime) -> int:
    """Strikes whose days are over. May run twice; pages read the moment itself."""
    over = Strike.objects.filter(state=rules.STANDING, expires_at__lte=now)
    return over.update(state=rules.OVER)
