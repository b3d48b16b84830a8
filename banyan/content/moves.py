"""What of these tables leaves with a community."""

from typing import Any

from django.db.models import Q

from banyan.core.moving import goes, rows_of, stays

from . import rules

_GONE = (rules.DELETED, rules.REMOVED, rules.ERASED)
_MENTIONS = rows_of(200, 200, 2)
# What waits, for its time or for a look, has not been said yet.
_WAITS = (rules.SCHEDULED, rules.HELD)
_SHOWN = ~Q(post__state__in=_WAITS)


def _score(row: dict[str, Any]) -> int:
    at = int(row["published_at"].timestamp())
    return rules.heat(published_seconds=at, likes=row["like_count"], comments=row["comment_count"])


goes(
    "content.Topic", "slug", "name", "lang", "second_name", "second_lang", "position", "who_posts",
    "archived_at",
)  # fmt: skip
goes(
    "content.Post", "body", "lang", "state", "published_at", "edited_at", "deleted_at",
    "like_count", "mentions", "author", "kind", "title", "topic", "cover", "lead", "comment_count",
    "pinned_at",
    where=~Q(state__in=_WAITS), limits={"body": rules.BODY_LENGTH},
    shapes={"mentions": _MENTIONS}, emptied=("title", "body", "mentions", "cover", "lead"),
    silent=_GONE, figured={"score": _score},
)  # fmt: skip
goes(
    "content.PostPhoto", "post", "picture", "position",
    where=Q(post__state__in=(rules.PUBLISHED, rules.HIDDEN)),
)  # fmt: skip
goes("content.PostProduct", "post", "product", "position", where=_SHOWN)
goes(
    "content.PostTag", "post", "tag", where=Q(post__state__in=(rules.PUBLISHED, rules.HIDDEN))
)  # fmt: skip
goes(
    "content.Comment", "body", "lang", "state", "published_at", "edited_at", "deleted_at",
    "like_count", "mentions", "post", "author", "parent", "answers",
    where=_SHOWN, limits={"body": rules.COMMENT_LENGTH}, shapes={"mentions": _MENTIONS},
    emptied=("body", "mentions"), silent=(*_GONE, rules.HELD),
)  # fmt: skip
goes(
    "content.Version", "author", "post", "comment", "title", "body", "lang", "written_at",
    "replaced_at",
    where=Q(post__state=rules.PUBLISHED) | Q(comment__state=rules.PUBLISHED),
    limits={"body": rules.BODY_LENGTH},
)  # fmt: skip
goes(
    "content.Like", "member", "post", "comment", "kind", "liked_at",
    where=Q(post=None) | _SHOWN,
)  # fmt: skip
goes(
    "content.Poll", "post", "is_many", "shows", "closes_at", "zone", "closed_at", "voter_count",
    where=_SHOWN,
)  # fmt: skip
goes("content.Choice", "poll", "position", "text", "lang", "vote_count",
     where=~Q(poll__post__state=rules.SCHEDULED))  # fmt: skip
stays("a vote is its voter’s own; the counts go with the poll", "content.Ballot")
stays("what a person keeps and follows is their own", "content.Saved", "content.Follow")
stays("fetched again from where the link leads", "content.LinkPreview")
