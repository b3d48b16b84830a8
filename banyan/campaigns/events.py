from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CampaignEvent(Event):
    """`object_id` is the campaign."""

    object_kind: ClassVar[str] = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignScheduled(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignWithdrawn(CampaignEvent):
    """Back to a draft before it began."""


@dataclass(frozen=True, kw_only=True)
class CampaignBegan(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignEnded(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignStopped(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class BuyingTeamEvent(Event):
    """`object_id` is the team; `subject` the member it is about, by pseudonym."""

    object_kind: ClassVar[str] = "buying_team"
    subject: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TeamOpened(BuyingTeamEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TeamJoined(BuyingTeamEvent):
    """A seat is paid."""


@dataclass(frozen=True, kw_only=True)
class TeamLeft(BuyingTeamEvent):
    """A paid seat was given up before closing."""


@dataclass(frozen=True, kw_only=True)
class TeamLed(BuyingTeamEvent):
    """`subject` leads now, because whoever led has left."""


@dataclass(frozen=True, kw_only=True)
class SeatMoved(BuyingTeamEvent):
    """A payment came too late for its team: `subject` has a seat in this new one."""

    seat_id: int


@dataclass(frozen=True, kw_only=True)
class TeamClosed(BuyingTeamEvent):
    """`verdict` is success, failed or seller_completed; `paid` how many were in."""

    verdict: str
    paid: int


@dataclass(frozen=True, kw_only=True)
class SeatSettled(BuyingTeamEvent):
    """What closing meant for one paid seat; `amount_minor` goes back, by its own order."""

    seat_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class SalePiecesEvent(CampaignEvent):
    """A buyer's `pieces` of a flash sale."""

    pieces: int


@dataclass(frozen=True, kw_only=True)
class PiecesBought(SalePiecesEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PiecesGivenBack(SalePiecesEvent):
    """Paid, then called off: others can have them."""
