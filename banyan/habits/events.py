from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class HabitsChanged(Event):
    """`object_id` is the community; `what` is "standing" (a day, money, a level) or "quests"."""

    object_kind: ClassVar[str] = "community"
    what: str


@dataclass(frozen=True, kw_only=True)
class DayCheckedIn(Event):
    """`object_id` is the check-in; `days` in a row with it, `mended` those grace mended before."""

    object_kind: ClassVar[str] = "check_in"
    days: int
    mended: int


@dataclass(frozen=True, kw_only=True)
class GiftEvent(Event):
    """`object_id` is the gift, `subject` whose it is; `amount_minor` its leaves."""

    object_kind: ClassVar[str] = "gift"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class QuestDone(GiftEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GiftWentBack(GiftEvent):
    """What it was for was undone: removed, refunded, taken back."""


@dataclass(frozen=True, kw_only=True)
class GiftTakenBack(GiftEvent):
    """By an operator, with a reason."""


@dataclass(frozen=True, kw_only=True)
class LevelReached(Event):
    """`object_id` is the member, `subject` who it is."""

    object_kind: ClassVar[str] = "member"
    subject: UUID | None = None
    level_id: int
