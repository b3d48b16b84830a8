"""Leaving, being put out or muted ends what is open."""

from __future__ import annotations

from banyan.communities.events import MemberBanned, MemberEvent, MemberLeft
from banyan.communities.models import Member
from banyan.core.events import on
from banyan.moderation import rules as verdicts
from banyan.moderation.events import Decided

from . import actions


@on(MemberLeft)
@on(MemberBanned)
def turn_it_off(event: MemberEvent) -> None:
    """Whoever comes back says yes anew."""
    member = Member.objects.filter(pk=event.object_id).first()
    if member is not None:
        actions.turn_off(member=member, now=event.now)


@on(Decided)
def end_with_a_mute(event: Decided) -> None:
    if event.verdict == verdicts.MUTE and event.thing_kind == verdicts.PERSON:
        actions.end_of(event.thing_id, now=event.now)
