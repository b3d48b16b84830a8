from __future__ import annotations

from allauth.account.models import EmailAddress

from banyan.core import hub
from banyan.core.events import after, on
from banyan.people.events import PersonErased

from . import actions, mails, rules
from .entry import letting
from .events import (
    InvitationMade,
    MemberAppealed,
    MemberApplied,
    MemberBanned,
    MemberEvent,
    MemberJoined,
    MemberLeft,
    MemberQueued,
    MemberRefused,
    RoleGiven,
)
from .models import Invitation, Member


@on(PersonErased)
def leave_everywhere(event: PersonErased) -> None:
    """Whoever is erased leaves all communities; the last owner of one is refused."""
    mine = Member.objects.filter(
        person_id=event.object_id, state__in=[rules.JOINED, *rules.UNDER_WAY]
    ).select_related("person", "community")
    for member in mine:
        if member.is_in:
            actions.leave(member=member, now=event.now)
        else:
            actions.withdraw(member=member, now=event.now)
    addresses = EmailAddress.objects.filter(user_id=event.object_id).values("email")
    Invitation.objects.filter(email__in=addresses).update(email="")


@on(MemberLeft)
@on(MemberBanned)
def fill_the_place(event: MemberEvent) -> None:
    """A place became free: who waits longest moves up."""
    if event.community_id is not None:
        letting.move_up(community_id=event.community_id, now=event.now)


def _member(event: MemberEvent, state: str) -> Member | None:
    """The membership, if it still is as the event left it."""
    return (
        Member.objects.filter(pk=event.object_id, state=state)
        .select_related("person", "community")
        .first()
    )


@after(MemberApplied)
def tell_those_who_decide(event: MemberApplied) -> None:
    if member := _member(event, rules.APPLIED):
        mails.applied(member)


@after(MemberJoined)
def tell_the_admitted(event: MemberJoined) -> None:
    """Whoever came in by themselves knows it already."""
    if event.actor != event.subject and (member := _member(event, rules.JOINED)):
        mails.admitted(member)


@after(MemberRefused)
def tell_the_refused(event: MemberRefused) -> None:
    if member := _member(event, rules.REFUSED):
        mails.refused(member)


@on(MemberLeft)
@on(MemberBanned)
@on(RoleGiven)
def listen_no_longer(event: MemberEvent) -> None:
    """What they listen to is asked anew, so that a banned member is put out at once."""
    person_id = Member.objects.filter(pk=event.object_id).values_list("person_id", flat=True)
    for found in person_id:
        hub.ask_again(found)


@after(MemberQueued)
def tell_who_waits(event: MemberQueued) -> None:
    if member := _member(event, rules.WAITING):
        mails.queued(member)


@after(MemberAppealed)
def tell_those_who_look_again(event: MemberAppealed) -> None:
    if member := _member(event, rules.APPEALED):
        mails.applied(member)


@after(InvitationMade)
def mail_the_invitation(event: InvitationMade) -> None:
    """Only while it stands and nobody has used it."""
    if not event.is_mailed:
        return
    found = Invitation.objects.filter(pk=event.object_id).exclude(email="")
    if invitation := found.select_related("by__person", "community").first():
        mails.invited(invitation)
