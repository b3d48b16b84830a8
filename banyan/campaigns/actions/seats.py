"""A seat follows its order: reserved when it is placed, paid when it is paid, given up with it.

Rows are taken in this order: order, campaign, team, seat, stock. Whoever calls has the order.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.orders.deals import DealOver
from banyan.orders.models import Order

from .. import rules
from ..events import SeatMoved, TeamJoined, TeamLed, TeamLeft, TeamOpened
from ..models import Campaign, Seat, Team
from . import closing
from .saying import say_of_team


class MembersOnly(NotAllowed):
    sentence = _("Groups are for members. Join the community first.")


class ShopsHoldNoSeats(NotAllowed):
    sentence = _("Whoever runs the shop holds no place in a group.")


class TeamIsFull(Refusal):
    status = 409
    sentence = _("Somebody was faster: this group is full. Join another one, or open your own.")


class TeamHasClosed(WrongMoment):
    sentence = _("This group has closed. Join another one, or open your own.")


class AlreadyIn(Refusal):
    status = 409
    sentence = _("You have a place in this group already.")


class EnoughSeats(Refusal):
    status = 409
    sentence = _("You have all the places that one person may have in this group buy.")


def runs_the_shop(member: Member) -> bool:
    return any(member.may(right) for right in ("campaigns.run", "orders.see", "catalog.edit"))


def buyer(order: Order) -> Member:
    """The member who ordered. MembersOnly, ShopsHoldNoSeats."""
    if order.person_id is None:
        raise MembersOnly
    member = (
        Member.objects.select_related("person")
        .filter(community_id=order.community_id, person_id=order.person_id)
        .first()
    )
    if member is None or not member.is_in:
        raise MembersOnly
    if runs_the_shop(member):
        raise ShopsHoldNoSeats
    return member


def check_fits(order: Order, campaign: Campaign, *, most: int = 1) -> None:
    """So many pieces at most of what the campaign sells, at its first price."""
    rows = order.rows
    fits = (
        len(rows) == 1
        and rows[0].quantity <= most
        and rows[0].unit_minor == rules.first_price(campaign.plan)
        and rows[0].variant is not None
        and rows[0].variant.product_id == campaign.product_id
        and campaign.variant_id in (None, rows[0].variant_id)
    )
    if not fits:
        raise DealOver


def hold_in_new(order: Order, campaign_id: int, now: datetime) -> None:
    """For orders: open a team with the buyer's seat reserved in it."""
    campaign = _running(campaign_id, now)
    if campaign is None:
        raise DealOver
    check_fits(order, campaign)
    member = buyer(order)
    team = _open(campaign, now, reserved=1)
    _sit(order, team, member, now)
    say_of_team(TeamOpened, team, by=member, about=member, now=now)


def hold_in(order: Order, team_id: int, now: datetime) -> None:
    """For orders: reserve a seat in a team. TeamIsFull, TeamHasClosed, AlreadyIn, EnoughSeats."""
    team = Team.objects.select_related("campaign").filter(pk=team_id).first()
    if team is None or team.community_id != order.community_id:
        raise DealOver
    check_fits(order, team.campaign)
    member = buyer(order)
    open_one = Team.objects.filter(pk=team_id, state=rules.OPEN, closes_at__gt=now)
    if not open_one.filter(size__gt=F("paid") + F("reserved")).update(reserved=F("reserved") + 1):
        raise TeamIsFull if open_one.exists() else TeamHasClosed
    _sit(order, team, member, now)


def _running(campaign_id: int, now: datetime) -> Campaign | None:
    """The campaign, taken until the transaction ends, while it runs: another team counts."""
    running = Campaign.objects.filter(
        pk=campaign_id, state__in=rules.RUNS, starts_at__lte=now, ends_at__gt=now
    )
    if not running.update(teams_count=F("teams_count") + 1):
        return None
    found: Campaign = Campaign.objects.select_related("community").get(pk=campaign_id)
    return found


def _open(campaign: Campaign, now: datetime, **counts: Any) -> Team:
    made: Team = Team.objects.create(
        community_id=campaign.community_id, campaign=campaign, size=campaign.size, opened_at=now,
        closes_at=rules.closes_at(now, hours=campaign.hours, ends_at=campaign.ends_at), **counts,
    )  # fmt: skip
    return made


def _turn(campaign: Campaign, member: Member) -> int:
    held = Seat.objects.filter(campaign=campaign, member=member, state__in=rules.HELD)
    turn = rules.free_turn(held.values_list("turn", flat=True), campaign.most_each)
    if turn is None:
        raise EnoughSeats
    return turn


def _sit(order: Order, team: Team, member: Member, now: datetime) -> Seat:
    """The tables refuse a second seat in the team, and one more than a person may have.

    Another tab of theirs may take the turn in the same moment: then the next one is tried.
    """
    for _try in range(team.campaign.most_each + 1):
        if Seat.objects.filter(team=team, member=member, state__in=rules.HELD).exists():
            break
        turn = _turn(team.campaign, member)
        try:
            with transaction.atomic():
                made: Seat = Seat.objects.create(
                    community_id=team.community_id, campaign=team.campaign, team=team,
                    member=member, order=order, turn=turn, reserved_at=now,
                    price_minor=order.rows[0].unit_minor,
                )  # fmt: skip
        except IntegrityError:
            continue
        return made
    raise AlreadyIn


def accept(order: Order, now: datetime) -> bool:
    """For orders: the money is here. It ends in a seat, a seat in a new team, or not (False)."""
    seat = (
        Seat.objects.select_related("team__campaign", "campaign", "member__person")
        .filter(order_id=order.pk)
        .first()
    )
    if seat is None:
        return False
    if seat.state == rules.RESERVED:
        open_one = Team.objects.filter(pk=seat.team_id, state=rules.OPEN, closes_at__gt=now)
        if open_one.update(reserved=F("reserved") - 1, paid=F("paid") + 1):
            seat.move(rules.PAID, paid_at=now)
            _seated(seat, now)
            return True
        # The campaign before its teams, like whoever stops it: a new team may have to be opened.
        Campaign.objects.select_for_update(no_key=True).get(pk=seat.campaign_id)
        _release(seat, now)
    if seat.state != rules.RELEASED:
        return False
    return _back_in(seat, now) or _in_new_team(seat, now)


def _seated(seat: Seat, now: datetime) -> None:
    """A paid seat: the first one leads, the last one closes the team."""
    team: Team = seat.team
    Team.objects.filter(pk=team.pk, leader=None).update(leader=seat.member)
    say_of_team(TeamJoined, team, by=seat.member, about=seat.member, now=now)
    team.refresh_from_db(fields=["state", "paid", "reserved", "leader"])
    if team.paid >= team.size:
        closing.close(team=team, now=now)


def _back_in(seat: Seat, now: datetime) -> bool:
    """Late, but its own team still has room."""
    with suppress(IntegrityError, Refusal), transaction.atomic():
        open_one = Team.objects.filter(
            pk=seat.team_id, state=rules.OPEN, closes_at__gt=now, size__gt=F("paid") + F("reserved")
        )
        if not open_one.update(paid=F("paid") + 1):
            raise TeamIsFull
        seat.move(rules.PAID, paid_at=now, ended_at=None, turn=_turn(seat.campaign, seat.member))
        _seated(seat, now)
        return True
    seat.refresh_from_db(fields=["state", "turn", "paid_at", "ended_at"])
    return False


def _in_new_team(seat: Seat, now: datetime) -> bool:
    """Late, and its team is full or closed: a new one, while the campaign runs."""
    member = seat.member
    if not member.is_in or runs_the_shop(member):
        return False
    with suppress(IntegrityError, Refusal), transaction.atomic():
        campaign = _running(seat.campaign_id, now)
        if campaign is None:
            raise DealOver
        team = _open(campaign, now, paid=1, leader=member)
        seat.move(rules.PAID, paid_at=now, ended_at=None, team=team, turn=_turn(campaign, member))
        say_of_team(TeamOpened, team, by=member, about=member, now=now)
        say_of_team(SeatMoved, team, about=member, seat_id=seat.pk, now=now)
        return True
    seat.refresh_from_db()
    return False


def _release(seat: Seat, now: datetime) -> None:
    """A seat that nobody paid is free again."""
    seat.move(rules.RELEASED, only_from=(rules.RESERVED,), ended_at=now)
    Team.objects.filter(pk=seat.team_id).update(reserved=F("reserved") - 1)


def given_up(*, order_id: int, now: datetime) -> None:
    """Its order expired or was called off: the seat is free, a paid one's money is on its way.

    Safe to hear twice.
    """
    seat = (
        Seat.objects.select_related("team__campaign", "member__person")
        .filter(order_id=order_id)
        .first()
    )
    if seat is None or seat.state not in (rules.RESERVED, rules.PAID):
        return
    team: Team = seat.team
    if seat.state == rules.RESERVED:
        # The team before the seat, like everybody else.
        Team.objects.filter(pk=team.pk).update(reserved=F("reserved") - 1)
        seat.move(rules.RELEASED, ended_at=now)
    else:
        Team.objects.filter(pk=team.pk).update(paid=F("paid") - 1)
        seat.move(rules.REFUNDING, ended_at=now)
    team.refresh_from_db()
    if team.state != rules.OPEN:
        return
    if seat.state == rules.REFUNDING:
        say_of_team(TeamLeft, team, by=seat.member, about=seat.member, now=now)
        if team.leader_id == seat.member_id:
            _succeed(team, now)
    if not team.paid and not team.reserved:
        closing.close(team=team, now=now)


def _succeed(team: Team, now: datetime) -> None:
    """The next paid member leads; nobody, until somebody has paid."""
    heir = (
        Seat.objects.filter(team=team, state=rules.PAID)
        .select_related("member__person")
        .order_by("paid_at", "pk")
        .first()
    )
    team.leader = heir.member if heir else None
    Team.objects.filter(pk=team.pk).update(leader=team.leader)
    if heir:
        say_of_team(TeamLed, team, about=heir.member, now=now)


def may_leave(order: Order, now: datetime) -> bool:
    """For orders: leaving is free until closing; what a team has reached holds for all."""
    seat = Seat.objects.select_related("team").filter(order_id=order.pk).first()
    return seat is None or (seat.state == rules.PAID and seat.team.is_open(now))


def paid_back(*, order_id: int, now: datetime) -> None:
    """The provider has carried the refund out."""
    with suppress(WrongMoment):
        seat = Seat.objects.filter(order_id=order_id).first()
        if seat is not None and seat.state == rules.REFUNDING:
            seat.move(rules.REFUNDED, ended_at=now)
