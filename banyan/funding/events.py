from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ProjectEvent(Event):
    """`object_id` is the project."""

    object_kind: ClassVar[str] = "project"


@dataclass(frozen=True, kw_only=True)
class ProjectSent(ProjectEvent):
    """To be looked at by another operator."""


@dataclass(frozen=True, kw_only=True)
class ProjectReturned(ProjectEvent):
    """A draft again: taken back, or turned down."""


@dataclass(frozen=True, kw_only=True)
class ProjectWentLive(ProjectEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ProjectFunded(ProjectEvent):
    """The goal was reached at the deadline; `amount_minor` is held."""


@dataclass(frozen=True, kw_only=True)
class ProjectFellShort(ProjectEvent):
    """Below the goal after all, because pledges were paid back: its creator has to choose."""


@dataclass(frozen=True, kw_only=True)
class DeliveryBegan(ProjectEvent):
    """Counted for the last time; `amount_minor` is to be paid out by milestones."""


@dataclass(frozen=True, kw_only=True)
class ProjectPaysBack(ProjectEvent):
    """Failed or called off: every pledge goes back."""

    state: str


@dataclass(frozen=True, kw_only=True)
class ProjectClosed(ProjectEvent):
    """Everything is paid out and delivered."""


@dataclass(frozen=True, kw_only=True)
class MilestoneEvent(ProjectEvent):
    milestone_id: int


@dataclass(frozen=True, kw_only=True)
class MilestoneShown(MilestoneEvent):
    """Backers may look at it and object."""


@dataclass(frozen=True, kw_only=True)
class MilestoneObjected(MilestoneEvent):
    """30 % of the pledged value or more: its money is held."""


@dataclass(frozen=True, kw_only=True)
class MilestonePaid(MilestoneEvent):
    """Its share is the shop's."""


@dataclass(frozen=True, kw_only=True)
class PledgeEvent(ProjectEvent):
    """`subject` is the backer, by pseudonym."""

    pledge_id: int
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PledgePaid(PledgeEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PledgeGoesBack(PledgeEvent):
    """`why` is taken_back, shop, failed, cancelled or late."""

    why: str


@dataclass(frozen=True, kw_only=True)
class RewardDelivered(PledgeEvent):
    pass
