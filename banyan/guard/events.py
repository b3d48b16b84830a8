from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class HoldReviewed(Event):
    """`object_id` is the hold; `verdict` one of rules: passed, refused, or waiting (undone)."""

    object_kind: ClassVar[str] = "hold"
    thing_kind: str
    thing_id: int
    verdict: str
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class LevelSet(Event):
    """An operator set or freed somebody's level of trust; `object_id` is the membership."""

    object_kind: ClassVar[str] = "member"
    before: int
    after: int
    is_locked: bool
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class GuardChanged(Event):
    """What is looked at first here was changed; `object_id` is the community."""

    object_kind: ClassVar[str] = "community"
    threshold: int
    is_on: bool
