from __future__ import annotations

from banyan.communities.events import MemberBanned, MemberEvent, MemberJoined, MemberLeft
from banyan.core.events import on

from . import asking, queries

__all__ = ["asking"]  # imported for its question to members


@on(MemberJoined)
@on(MemberLeft)
@on(MemberBanned)
def count_signatures_anew(event: MemberEvent) -> None:
    """The home page says how many of those who are here have signed."""
    if event.community_id is not None:
        queries.keep_card(event.community_id)
