from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(Event):
    """`object_id` is the review; `subject` the pseudonym of who wrote it."""

    object_kind: ClassVar[str] = "review"
    product_id: int
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewWritten(ReviewEvent):
    """Also when one that was taken back is written anew."""

    stars: int
    photos: int
    order_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewEdited(ReviewEvent):
    stars: int


@dataclass(frozen=True, kw_only=True)
class ReviewDeleted(ReviewEvent):
    """Taken back by its author."""


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(ReviewEvent):
    """By the shop, for the first time; a mended answer is not said again."""


@dataclass(frozen=True, kw_only=True)
class ReviewHelped(ReviewEvent):
    """A member found it helpful, or takes that back."""

    is_on: bool = True
