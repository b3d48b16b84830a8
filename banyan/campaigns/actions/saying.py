"""What campaigns and teams announce, said in one way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from banyan.communities.models import Member
from banyan.core.events import announce

from ..events import BuyingTeamEvent, CampaignEvent, SalePiecesEvent
from ..models import Campaign, Claim, Team


def say(
    kind: type[CampaignEvent], campaign: Campaign, *, by: Member | None = None, now: datetime
) -> None:
    announce(
        kind(
            community_id=campaign.community_id, object_id=campaign.pk,
            actor=by.person.pseudonym if by else None, currency=campaign.currency, now=now,
        )
    )  # fmt: skip


def say_of_team(
    kind: type[BuyingTeamEvent],
    team: Team,
    *,
    now: datetime,
    by: Member | None = None,
    about: Member | None = None,
    **more: Any,
) -> None:
    announce(
        kind(
            community_id=team.community_id, object_id=team.pk,
            actor=by.person.pseudonym if by else None,
            subject=about.person.pseudonym if about else None, now=now, **more,
        )
    )  # fmt: skip


def say_of_claim(kind: type[SalePiecesEvent], claim: Claim, *, now: datetime) -> None:
    announce(
        kind(
            community_id=claim.community_id, object_id=claim.campaign_id,
            actor=claim.member.person.pseudonym, pieces=claim.pieces, now=now,
        )
    )  # fmt: skip
