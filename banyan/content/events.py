from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """`object_id` is the post; `lang` the language it is written in."""

    object_kind: ClassVar[str] = "post"


@dataclass(frozen=True, kw_only=True)
class PostPublished(PostEvent):
    kind: str
    topic_id: int | None
    photos: int
    product_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostEvent):
    product_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PostDeleted(PostEvent):
    """By its author; `is_undone` when the author brought it back."""

    is_undone: bool = False


@dataclass(frozen=True, kw_only=True)
class CommentEvent(Event):
    """`object_id` is the comment."""

    object_kind: ClassVar[str] = "comment"
    post_id: int


@dataclass(frozen=True, kw_only=True)
class Commented(CommentEvent):
    """`parent_id` is the activity of the post, or of the comment it answers."""

    comment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CommentEdited(CommentEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(CommentEvent):
    is_undone: bool = False


@dataclass(frozen=True, kw_only=True)
class Liked(Event):
    """`object_id` is the liked thing, `thing_kind` says which: a post or a comment.

    `parent_id` is its activity, `author_id` the member who wrote it.
    """

    object_kind: ClassVar[str] = "like"
    thing_kind: str
    author_id: int


@dataclass(frozen=True, kw_only=True)
class Unliked(Liked):
    pass
