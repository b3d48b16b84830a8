from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SharingEvent(Event):
    """`object_id` is the community."""

    object_kind: ClassVar[str] = "community"


@dataclass(frozen=True, kw_only=True)
class SharingChanged(SharingEvent):
    """How long a touch counts, and whether inviters keep whom they brought."""


@dataclass(frozen=True, kw_only=True)
class ThingShared(Event):
    """`object_id` is a new link; `thing_kind`, `thing_id` what it leads to."""

    object_kind: ClassVar[str] = "share_link"
    thing_kind: str
    thing_id: int


@dataclass(frozen=True, kw_only=True)
class LinkTurnedOff(Event):
    object_kind: ClassVar[str] = "share_link"


@dataclass(frozen=True, kw_only=True)
class LinkTurnedOn(Event):
    object_kind: ClassVar[str] = "share_link"


@dataclass(frozen=True, kw_only=True)
class MemberBrought(Event):
    """`object_id` is the membership; `subject` the pseudonym of who brought it."""

    object_kind: ClassVar[str] = "member"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OrderAttributed(Event):
    """`object_id` is the order; `subject` the pseudonym of whose sharing it came by."""

    object_kind: ClassVar[str] = "order"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AttributionVoided(Event):
    object_kind: ClassVar[str] = "order"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AttributionRestored(Event):
    object_kind: ClassVar[str] = "order"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DoubtEvent(Event):
    """`subject` is the pseudonym of whose sharing the order came by."""

    object_kind: ClassVar[str] = "doubt"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DoubtRaised(DoubtEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DoubtAppealed(DoubtEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DoubtSettled(DoubtEvent):
    """By a person: it counts."""


@dataclass(frozen=True, kw_only=True)
class OfferBegun(Event):
    object_kind: ClassVar[str] = "commission_offer"


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    object_kind: ClassVar[str] = "commission_offer"


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(Event):
    object_kind: ClassVar[str] = "commission_offer"


@dataclass(frozen=True, kw_only=True)
class OfferLeft(Event):
    object_kind: ClassVar[str] = "commission_offer"


@dataclass(frozen=True, kw_only=True)
class CommissionEvent(Event):
    """`subject` is the payee; `amount_minor` what moved now."""

    object_kind: ClassVar[str] = "commission"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CommissionAccrued(CommissionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CommissionCleared(CommissionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CommissionReversed(CommissionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PayoutEvent(Event):
    object_kind: ClassVar[str] = "payout"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PayoutBegun(PayoutEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PayoutDone(PayoutEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PayoutCameBack(PayoutEvent):
    pass
