from __future__ import annotations

from banyan.communities.events import MemberBanned, MemberEvent, MemberJoined, MemberLeft
from banyan.core.events import on

from . import asking, queries
from .models import Ritual
from .rituals import actions as rituals

__all__ = ["asking"]  # imported for its question to members


@on(MemberJoined)
@on(MemberLeft)
@on(MemberBanned)
def count_signatures_anew(event: MemberEvent) -> None:
    """The home page says how many of those who are here have signed."""
    if event.community_id is not None:
        queries.keep_card(event.community_id)


@on(MemberLeft)
@on(MemberBanned)
def find_other_hosts(event: MemberEvent) -> None:
    """Turns of somebody who is gone go to others."""
    theirs = Ritual.objects.filter(turns__host_id=event.object_id, turns__state="planned")
    for ritual in theirs.distinct():
        rituals.plan(ritual, now=event.now)
