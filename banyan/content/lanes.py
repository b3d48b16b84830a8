"""The feed of a community, live: new posts, and counts that move.

Posts are numbered, so that whoever comes back sees how many there are; counts are not, for only
the last matters.
"""

from __future__ import annotations

from typing import Any

from banyan.communities.events import SettingsChanged
from banyan.communities.models import Community
from banyan.communities.permissions import may_read
from banyan.core import hub
from banyan.core.db.prepared import Prepared
from banyan.core.events import on
from banyan.core.hub import lane_kind
from banyan.core.ids import write_id

from .events import CommentDeleted, Commented, Liked, PostPublished, Unliked
from .models import Post

KIND = "feed"


@lane_kind(KIND, numbered=True)
def may_follow_feed(person: Any, key: str) -> bool:
    return may_read(person, key)


def lane_of(community: Community) -> str:
    return f"{KIND}:{community.oid}"


def _lane(row: dict[str, Any]) -> str:
    return f"{KIND}:{write_id(row['community__public_id'])}"


@on(PostPublished)
def say_post(event: PostPublished) -> None:
    row = (
        Post.objects.filter(pk=event.object_id)
        .values("public_id", "community__public_id", "author__person__public_id", "topic__slug")
        .get()
    )
    body = {
        "id": write_id(row["public_id"]),
        "by": write_id(row["author__person__public_id"]),
        "topic": row["topic__slug"],
    }
    hub.record(_lane(row), "post", body, now=event.now)


_counts = Prepared(
    lambda post: (
        Post.objects.filter(pk=post)
        .published()
        .values("public_id", "community__public_id", "like_count", "comment_count")
    ),
    0,
)


@on(Commented)
@on(CommentDeleted)
@on(Liked)
@on(Unliked)
def say_counts(event: Any) -> None:
    """As they stand now; a post that is gone has none."""
    if getattr(event, "thing_kind", "post") != "post":
        return
    row = _counts.first(getattr(event, "post_id", event.object_id))
    if row is not None:
        body = {
            "id": write_id(row["public_id"]),
            "likes": row["like_count"],
            "comments": row["comment_count"],
        }
        hub.say(_lane(row), "counts", body)


@on(SettingsChanged)
def ask_readers_again(event: SettingsChanged) -> None:
    """A community that is no longer public keeps no strangers in its feed."""
    if "visibility" in event.fields:
        for found in Community.objects.filter(pk=event.object_id):
            hub.ask_all_again(lane_of(found))
