"""Pieces of a flash sale follow their order: reserved when placed, bought when paid, or let go.

Rows are taken in this order: order, campaign, claim, stock. Whoever calls has the order. The
campaign's counter is moved by one guarded UPDATE, so a sale is never oversold.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.refusals import Refusal
from banyan.orders.deals import DealOver
from banyan.orders.models import Order

from .. import rules
from ..events import PiecesBought, PiecesGivenBack
from ..models import Campaign, Claim
from .saying import say_of_claim
from .seats import buyer, check_fits


class SoldOut(Refusal):
    status = 409
    sentence = _("Somebody was faster: so many are not left at this price.")


class EnoughPieces(Refusal):
    status = 409
    sentence = _("You have as many as one person may have at this price.")


def hold(order: Order, campaign_id: int, now: datetime) -> None:
    """For orders: keep its pieces. DealOver, SoldOut, EnoughPieces undo the order."""
    campaign = Campaign.objects.filter(pk=campaign_id, kind=rules.FLASH_SALE).first()
    if campaign is None or campaign.community_id != order.community_id:
        raise DealOver
    check_fits(order, campaign, most=rules.MOST_PIECES_EACH)
    member, pieces = buyer(order), order.rows[0].quantity
    _take(campaign, pieces, now)
    _check_share(campaign, member, pieces)
    Claim.objects.create(
        community_id=campaign.community_id, campaign=campaign, member=member, order=order,
        pieces=pieces, reserved_at=now,
    )  # fmt: skip


def _take(campaign: Campaign, pieces: int, now: datetime) -> None:
    """Count the pieces as taken, while the sale runs and has them."""
    running = Campaign.objects.filter(
        pk=campaign.pk, state__in=rules.RUNS, starts_at__lte=now, ends_at__gt=now
    )
    if not running.filter(size__gte=F("taken") + pieces).update(taken=F("taken") + pieces):
        raise SoldOut if running.exists() else DealOver


def held_by(campaign: Campaign, member: Member) -> int:
    """How many pieces are this member's."""
    rows = Claim.objects.filter(campaign=campaign, member=member, state__in=rules.CLAIMS)
    return int(rows.aggregate(n=Sum("pieces"))["n"] or 0)


def _check_share(campaign: Campaign, member: Member, pieces: int) -> None:
    """After the campaign is taken: nobody else adds to it until the transaction ends."""
    if held_by(campaign, member) + pieces > campaign.most_each:
        raise EnoughPieces


def accept(order: Order, now: datetime) -> bool:
    """For orders: the money is here. Late, it holds while pieces are left; False: money back."""
    claim = (
        Claim.objects.select_related("campaign", "member__person").filter(order_id=order.pk).first()
    )
    if claim is None:
        return False
    if claim.state == rules.RESERVED:
        claim.move(rules.PAID, paid_at=now)
    elif claim.state == rules.RELEASED:
        try:
            with transaction.atomic():
                _take(claim.campaign, claim.pieces, now)
                _check_share(claim.campaign, claim.member, claim.pieces)
                claim.move(rules.PAID, paid_at=now, ended_at=None)
        except Refusal:
            return False
    else:
        return False
    say_of_claim(PiecesBought, claim, now=now)
    return True


def given_up(*, order_id: int, now: datetime) -> None:
    """Its order ran out of time or was called off: the pieces are free. Safe to hear twice."""
    claim = (
        Claim.objects.select_related("campaign", "member__person").filter(order_id=order_id).first()
    )
    if claim is None or claim.state not in rules.CLAIMS:
        return
    was_paid = claim.state == rules.PAID
    Campaign.objects.filter(pk=claim.campaign_id).update(taken=F("taken") - claim.pieces)
    claim.move(rules.GIVEN_BACK if was_paid else rules.RELEASED, ended_at=now)
    if was_paid:
        say_of_claim(PiecesGivenBack, claim, now=now)


def may_leave(order: Order, now: datetime) -> bool:
    """For orders: pieces of a sale are called off like anything else."""
    return True
