"""Comments and likes by the hundred: rows, events and counts as the verbs of content leave them.

They are most of a world. One by one they would take most of its time; a test holds this file to
what `content.actions.comment` and `content.actions.like` do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from banyan.content.actions.post import count_moved
from banyan.content.events import Commented, Liked
from banyan.content.models import Comment, Like, Post
from banyan.core import events
from banyan.core.models import Activity

from .hands import Hands

_BORN = {"post": "PostPublished", "comment": "Commented"}


def write_down(hands: Hands) -> None:
    """Save what was noted since the last time, in the caller's transaction."""
    said, hands.said = hands.said, []
    liked, hands.liked = hands.liked, []
    moved: Counter[tuple[str, int, str]] = Counter()
    while said:
        ready = [(c, to) for c, to in said if to is None or to.pk is not None]
        said = [(c, to) for c, to in said if to is not None and to.pk is None]
        _say(ready)
        moved.update(("post", c.post_id, "comments") for c, _to in ready)
    if liked:
        _like(liked)
        moved.update((_kind(thing), thing.pk, "likes") for thing, _who, _at in liked)
    for post_id in {pk for kind, pk, _what in moved if kind == "post"}:
        count_moved(
            post_id,
            likes=moved["post", post_id, "likes"],
            comments=moved["post", post_id, "comments"],
        )
    for (kind, pk, _what), count in moved.items():
        if kind == "comment":
            Comment.objects.filter(pk=pk).update(like_count=F("like_count") + count)


def _say(said: list[tuple[Comment, Comment | None]]) -> None:
    for comment, answered in said:
        comment.parent_id = (answered.parent_id or answered.pk) if answered else None
        comment.answers_id = answered.pk if answered else None
    Comment.objects.bulk_create([comment for comment, _answered in said])
    born = _births([answered or comment.post for comment, answered in said])
    events.announce_many(
        [
            Commented(
                community_id=comment.community_id,
                object_id=comment.pk,
                actor=comment.author.person.pseudonym,
                parent_id=born[_name(answered or comment.post)],
                post_id=comment.post_id,
                comment_id=answered.pk if answered else None,
                subject=(answered or comment.post).author.person.pseudonym,
                lang=comment.lang,
                now=comment.published_at,
            )
            for comment, answered in said
        ]
    )


def _like(liked: list[tuple[Any, Any, Any]]) -> None:
    rows = Like.objects.bulk_create(
        Like(community_id=who.community_id, member=who, liked_at=at, **{_kind(thing): thing})
        for thing, who, at in liked
    )
    born = _births([thing for thing, _who, _at in liked])
    events.announce_many(
        [
            Liked(
                community_id=thing.community_id,
                object_id=thing.pk,
                actor=who.person.pseudonym,
                parent_id=born[_name(thing)],
                thing_kind=_kind(thing),
                author_id=thing.author_id,
                subject=thing.author.person.pseudonym,
                lang=thing.lang,
                now=at,
            )
            for _row, (thing, who, at) in zip(rows, liked, strict=True)
        ]
    )


def _kind(thing: Post | Comment) -> str:
    return "post" if isinstance(thing, Post) else "comment"


def _name(thing: Post | Comment) -> tuple[str, int]:
    return _kind(thing), thing.pk


def _births(things: Iterable[Post | Comment]) -> dict[tuple[str, int], int]:
    """The activities that made these things."""
    found: dict[tuple[str, int], int] = {}
    names = {_name(thing) for thing in things}
    for kind, verb in _BORN.items():
        rows = Activity.objects.filter(
            object_kind=kind, object_id__in=[pk for k, pk in names if k == kind], verb=verb
        )
        found |= {(kind, pk): row for row, pk in rows.values_list("pk", "object_id")}
    return found
