from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class GatheringEvent(Event):
    """`object_id` is the gathering; `parent_id` the activity that planned it."""

    object_kind: ClassVar[str] = "gathering"


@dataclass(frozen=True, kw_only=True)
class GatheringPlanned(GatheringEvent):
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatheringChanged(GatheringEvent):
    """`is_moved`: its time, place or link is another."""

    is_moved: bool
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(GatheringEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GatheringStartsSoon(GatheringEvent):
    """Within a day, once for each time it has. Who wants to be reminded stands in Rsvp."""

    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class GatheringAnswered(GatheringEvent):
    """By `actor`; `answer` is going, maybe, no or waiting."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class PlaceGiven(GatheringEvent):
    """Somebody moved up from the waiting list: `subject`, by pseudonym."""

    subject: UUID | None = None
