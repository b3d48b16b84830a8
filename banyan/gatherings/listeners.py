from __future__ import annotations

from banyan.communities.events import MemberBanned, MemberEvent, MemberLeft
from banyan.core.events import on

from . import actions


@on(MemberLeft)
def free_the_places(event: MemberEvent) -> None:
    actions.leave_all(member_id=event.object_id, now=event.now)


@on(MemberBanned)
def free_the_places_of_the_banned(event: MemberEvent) -> None:
    actions.leave_all(member_id=event.object_id, now=event.now)
