from __future__ import annotations

from banyan.communities.events import MemberBanned, MemberEvent, MemberLeft
from banyan.communities.models import Member
from banyan.core.events import after, on

from . import rules
from .events import AppealAnswered, Appealed
from .models import Appeal
from .standing import banning, reminding


def _both(event: MemberEvent) -> tuple[Member, Member] | None:
    """Whom it is about and who did it, when these are two members."""
    if event.actor is None or event.actor == event.subject:
        return None
    rows = Member.objects.filter(community=event.community_id)
    rows = rows.select_related("person", "community")
    member = rows.filter(pk=event.object_id).first()
    by = rows.filter(person__pseudonym=event.actor).first()
    return (member, by) if member is not None and by is not None else None


@on(MemberBanned)
def write_the_ban_down(event: MemberBanned) -> None:
    if found := _both(event):
        banning.note_ban(member=found[0], by=found[1], now=event.now)


@on(MemberLeft)
def write_the_unban_down(event: MemberLeft) -> None:
    """Whom another let go was banned before."""
    if found := _both(event):
        banning.note_unban(member=found[0], by=found[1], now=event.now)


@after(Appealed)
def tell_who_answers(event: Appealed) -> None:
    rows = Appeal.objects.filter(pk=event.object_id, state=rules.WAITING)
    if appeal := rows.select_related("decision", "community").first():
        reminding.tell_who_answers(appeal, now=event.now, topic="appeal")


@after(AppealAnswered)
def tell_who_asked(event: AppealAnswered) -> None:
    rows = Appeal.objects.filter(pk=event.object_id)
    if appeal := rows.select_related("decision", "community").first():
        reminding.tell_who_asked(appeal, now=event.now)
