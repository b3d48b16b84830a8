"""What changes a post or a comment has its words cut anew."""

from __future__ import annotations

from banyan.content.events import (
    CommentDeleted,
    Commented,
    CommentEdited,
    CommentEvent,
    PostDeleted,
    PostEdited,
    PostEvent,
    PostPublished,
)
from banyan.core.events import after
from banyan.moderation.events import Decided

from . import tasks


@after(PostPublished)
@after(PostEdited)
@after(PostDeleted)
def cut_a_post(event: PostEvent) -> None:
    tasks.cut(kind="post", ids=[event.object_id])


@after(Commented)
@after(CommentEdited)
@after(CommentDeleted)
def cut_a_comment(event: CommentEvent) -> None:
    tasks.cut(kind="comment", ids=[event.object_id])


@after(Decided)
def cut_what_was_decided_about(event: Decided) -> None:
    if event.thing_kind in tasks.MODELS:
        tasks.cut(kind=event.thing_kind, ids=[event.thing_id])
