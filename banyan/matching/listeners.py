from __future__ import annotations

from banyan.communities import rules as community_rules
from banyan.communities.events import MemberJoined
from banyan.communities.models import Member
from banyan.core.events import after

from . import actions


@after(MemberJoined)
def note_how_they_fit(event: MemberJoined) -> None:
    found = Member.objects.filter(pk=event.object_id, state=community_rules.JOINED)
    if member := found.select_related("person", "community").first():
        actions.note_arrival(member=member, now=event.now)
