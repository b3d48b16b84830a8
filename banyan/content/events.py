from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

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
class PostScheduled(PostEvent):
    """It waits for `publish_at`; also said anew when that moment changes."""

    publish_at: datetime


@dataclass(frozen=True, kw_only=True)
class PostHeld(PostEvent):
    """It waits for a look before others see it (again)."""


@dataclass(frozen=True, kw_only=True)
class PostPinned(PostEvent):
    """On top of the feed, or no longer."""

    is_on: bool = True


@dataclass(frozen=True, kw_only=True)
class CommentEvent(Event):
    """`object_id` is the comment."""

    object_kind: ClassVar[str] = "comment"
    post_id: int


@dataclass(frozen=True, kw_only=True)
class Commented(CommentEvent):
    """`parent_id` is the activity of the post, or of the comment it answers (`comment_id`).

    `subject` is the pseudonym of whom it answers: the author of either.
    """

    comment_id: int | None = None
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CommentEdited(CommentEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CommentHeld(CommentEvent):
    """It waits for a look before others see it (again)."""


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(CommentEvent):
    is_undone: bool = False


@dataclass(frozen=True, kw_only=True)
class Liked(Event):
    """`object_id` is the liked thing, `thing_kind` says which: a post or a comment.

    `parent_id` is its activity, `author_id` the member who wrote it, `subject` their pseudonym;
    `kind` one of rules.REACTIONS, `before` the kind it was ("" for a first one).
    """

    object_kind: ClassVar[str] = "like"
    thing_kind: str
    author_id: int
    kind: str = "like"
    before: str = ""
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Unliked(Liked):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberMentioned(Event):
    """`object_id` is the membership that was named, `subject` the person's pseudonym.

    `thing_kind` and `thing_id` say where: a post or a comment; `parent_id` is its activity.
    """

    object_kind: ClassVar[str] = "member"
    thing_kind: str
    thing_id: int
    post_id: int
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PersonFollowed(Event):
    """`object_id` is the followed membership, `subject` the person's pseudonym."""

    object_kind: ClassVar[str] = "member"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ThreadFollowed(Event):
    """`object_id` is the post."""

    object_kind: ClassVar[str] = "post"


@dataclass(frozen=True, kw_only=True)
class TopicSteered(Event):
    """Those who run the place changed its topics; `what` they did: add, rename, remove, …"""

    object_kind: ClassVar[str] = "topic"
    what: str


@dataclass(frozen=True, kw_only=True)
class TopicFollowed(Event):
    object_kind: ClassVar[str] = "topic"


@dataclass(frozen=True, kw_only=True)
class TagFollowed(Event):
    """`object_id` is the community; `tag` the word in small letters."""

    object_kind: ClassVar[str] = "community"
    tag: str


@dataclass(frozen=True, kw_only=True)
class Voted(Event):
    """`object_id` is the poll. What was chosen is not in the log."""

    object_kind: ClassVar[str] = "poll"
    post_id: int
    is_changed: bool = False


@dataclass(frozen=True, kw_only=True)
class PollClosed(Event):
    """`object_id` is the poll, `subject` the pseudonym of who asked."""

    object_kind: ClassVar[str] = "poll"
    post_id: int
    voters: int
    subject: UUID | None = None
