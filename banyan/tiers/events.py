from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TierEvent(Event):
    object_kind: ClassVar[str] = "tier"


@dataclass(frozen=True, kw_only=True)
class TierMade(TierEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TierChanged(TierEvent):
    """Its words or prices; or it went on sale, or off it."""


@dataclass(frozen=True, kw_only=True)
class MembershipEvent(Event):
    """`object_id` is the subscription, `subject` whose it is."""

    object_kind: ClassVar[str] = "subscription"
    subject: UUID | None = None
    tier_id: int = 0


@dataclass(frozen=True, kw_only=True)
class MembershipBegan(MembershipEvent):
    """Paid, given or tried out; or it returned after it had run out."""

    is_gift: bool = False


@dataclass(frozen=True, kw_only=True)
class MembershipRenewed(MembershipEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MembershipRaised(MembershipEvent):
    """To a higher tier."""


@dataclass(frozen=True, kw_only=True)
class MembershipPaused(MembershipEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MembershipResumed(MembershipEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MembershipCancelled(MembershipEvent):
    """It goes on to its end and no further."""


@dataclass(frozen=True, kw_only=True)
class MembershipKept(MembershipEvent):
    """It was cancelled, and goes on after all."""


@dataclass(frozen=True, kw_only=True)
class MembershipDue(MembershipEvent):
    """`step` is the reminder of rules: soon, late, still, last."""

    step: int = 0


@dataclass(frozen=True, kw_only=True)
class MembershipLapsed(MembershipEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(MembershipEvent):
    """Over for good; `amount_minor` goes back to whoever paid."""


@dataclass(frozen=True, kw_only=True)
class InnerWritten(Event):
    """`object_id` is the post that has a part for members of a tier, or no longer has one."""

    object_kind: ClassVar[str] = "post"
