from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class LeafTermsChanged(Event):
    """`object_id` is the community: what gives leaves, and how many a month."""

    object_kind: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class LeavesEvent(Event):
    """`object_id` is the lot, `subject` whose leaves they are; `amount_minor` what moved now."""

    object_kind: ClassVar[str] = "leaf_lot"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class LeavesGiven(LeavesEvent):
    """`why` is one of rules.WHY."""

    why: str = ""


@dataclass(frozen=True, kw_only=True)
class LeavesCleared(LeavesEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class LeavesTakenBack(LeavesEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class LeavesExpired(LeavesEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RewardEvent(Event):
    object_kind: ClassVar[str] = "reward"


@dataclass(frozen=True, kw_only=True)
class RewardPutUp(RewardEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RewardChanged(RewardEvent):
    """Its words, price or number; or it was taken down, or put up again."""


@dataclass(frozen=True, kw_only=True)
class ExchangeEvent(Event):
    """`subject` is whose leaves they were; `amount_minor` how many."""

    object_kind: ClassVar[str] = "exchange"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class LeavesExchanged(ExchangeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RewardHandedOver(ExchangeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ExchangeUndone(ExchangeEvent):
    pass
