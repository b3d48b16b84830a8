"""Posts and comments as moderators see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from banyan.communities.places import url
from banyan.core.text import plain
from banyan.moderation import rules as verdicts
from banyan.moderation.objects import Shown

from .. import rules
from ..models import Comment, Post

_STATES = {rules.PUBLISHED: verdicts.SHOWN, rules.HIDDEN: verdicts.HIDDEN}
_NAMES = {shown: own for own, shown in _STATES.items()}


def post_shown(community: Any, post: Post) -> Shown:
    return Shown(
        kind="post",
        title=post.title,
        text=plain(post.body, 280),
        url=url(community, "post", id=post.public_id),
        photo=post.cover.sized(320) if post.cover else "",
        section=post.topic_id,
        **_common(post),
    )


def comment_shown(community: Any, comment: Comment) -> Shown:
    return Shown(
        kind="comment",
        title="",
        text=plain(comment.body, 280),
        url=f"{url(community, 'post', id=comment.post.public_id)}#comment-{comment.oid}",
        section=comment.post.topic_id,
        **_common(comment),
    )


def _common(thing: Post | Comment) -> dict[str, Any]:
    return {
        "object_id": thing.pk,
        "oid": thing.oid,
        "lang": thing.lang,
        "author": thing.author.person,
        "author_id": thing.author_id,
        "subject": thing.author.person.pseudonym,
        "state": _STATES.get(thing.state, thing.state),
        "at": thing.published_at,
    }


_TOPIC: dict[type, str] = {Post: "topic", Comment: "post__topic"}
_READ: dict[type, tuple[tuple[str, ...], Callable[[Any, Any], Shown]]] = {
    Post: (("author__person__picture", "cover"), post_shown),
    Comment: (("author__person__picture", "post"), comment_shown),
}


def readers(model: type) -> dict[str, Callable[..., Any]]:
    """How moderation finds and reads rows of `model`, by the names of its Kind."""
    joins, shown = _READ[model]

    def rows(community: Any) -> Any:
        return model.objects.of(community).select_related(*joins)  # type: ignore[attr-defined]

    def find(community: Any, public_id: UUID) -> Shown | None:
        found = rows(community).filter(public_id=public_id).first()
        return shown(community, found) if found else None

    def load(community: Any, ids: Iterable[int]) -> list[Shown]:
        open_to_judge = rows(community).filter(pk__in=list(ids), state__in=list(_STATES))
        return [shown(community, row) for row in open_to_judge]

    def latest(community: Any, state: str, before: datetime | None, limit: int) -> list[Shown]:
        found = rows(community).filter(state=_NAMES[state])
        if before is not None:
            found = found.filter(published_at__lt=before)
        return [shown(community, row) for row in found.order_by("-published_at", "-pk")[:limit]]

    def again(community: Any, ids: Iterable[int]) -> list[Shown]:
        return [shown(community, row) for row in rows(community).filter(pk__in=list(ids))]

    def within(community: Any, section: int) -> Any:
        return rows(community).filter(**{_TOPIC[model]: section}).values("pk")

    return {"find": find, "load": load, "latest": latest, "again": again, "within": within}
