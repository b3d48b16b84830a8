"""Teams: joining, paying, leaving, closing, and the money that goes with each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.campaigns import rules
from banyan.campaigns.actions import closing, planning, seats
from banyan.campaigns.models import Seat, Team
from banyan.catalog import stock
from banyan.communities import actions as communities
from banyan.core.jobs import run_due
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.orders import deals
from banyan.orders import rules as orders
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.models import Order, Refund
from banyan.outreach.models import Notice

from .conftest import counts_hold

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def fresh(order):
    return Order.objects.whole_by_id(order.pk)


def states(team):
    return list(Seat.objects.filter(team=team).order_by("pk").values_list("state", flat=True))


# Joining


def test_a_seat_is_reserved_with_the_order_and_paid_with_it(buy, join_in, capture, cast, cup, now):
    campaign = buy()
    order = join_in(cast.jonas, campaign)
    seat = Seat.objects.get(order=order)
    assert (seat.state, seat.team.reserved, seat.team.paid) == (rules.RESERVED, 1, 0)
    assert order.items_minor == 6000
    capture(order)
    seat.refresh_from_db()
    seat.team.refresh_from_db()
    assert (seat.state, seat.team.reserved, seat.team.paid) == (rules.PAID, 0, 1)
    assert seat.team.leader.person == cast.jonas
    assert seat.team.closes_at == now + DAY
    friend = join_in(cast.lan, seat.team)
    capture(friend)
    seat.team.refresh_from_db()
    assert seat.team.paid == 2
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (8, 0)
    assert counts_hold()


def test_the_deadline_of_a_team_is_never_later_than_the_campaigns(buy, join_in, cast, now):
    campaign = buy(ends_at=now + timedelta(hours=3))
    order = join_in(cast.jonas, campaign)
    assert Seat.objects.get(order=order).team.closes_at == now + timedelta(hours=3)


def test_nobody_has_two_seats_in_a_team_or_more_than_a_person_may(buy, join_in, capture, cast, cup):
    campaign = buy()
    order = join_in(cast.jonas, campaign)
    team = Seat.objects.get(order=order).team
    with pytest.raises(seats.AlreadyIn):
        join_in(cast.jonas, team)
    with pytest.raises(seats.EnoughSeats):
        join_in(cast.jonas, campaign)
    assert Order.objects.count() == 1  # the refused orders left nothing behind
    cup.refresh_from_db()
    assert cup.reserved == 1
    assert counts_hold()


def test_sellers_and_operators_hold_no_seats_and_strangers_get_none(buy, join_in, cast):
    campaign = buy()
    with pytest.raises(seats.ShopsHoldNoSeats):
        join_in(cast.mei, campaign)
    with pytest.raises(seats.MembersOnly):
        join_in(cast.rafe, campaign)
    assert not Seat.objects.exists()


def test_a_full_team_takes_nobody_more(team_of, join_in, cast):
    team, _people, _orders = team_of(5)
    assert team.state == rules.CLOSED
    with pytest.raises(deals.DealOver):
        join_in(cast.jonas, team)


def test_reserved_places_count_so_that_a_team_is_never_overfilled(buy, join_in, cast, crowd):
    campaign = buy(steps=[(2, 6000)], size=2)
    a, b, c = crowd(3)
    team = Seat.objects.get(order=join_in(a, campaign)).team
    join_in(b, team)
    with pytest.raises(seats.TeamIsFull):
        join_in(c, team)
    assert counts_hold()


def test_no_seat_is_held_without_stock(buy, join_in, cast, cup):
    campaign = buy()
    cup.on_hand = 0
    cup.save()
    with pytest.raises(stock.OutOfStock):
        join_in(cast.jonas, campaign)
    assert not Seat.objects.exists()
    assert not Team.objects.exists()


def test_the_deadline_is_exact_to_the_second_whatever_the_sweep_has_done(
    buy, join_in, capture, cast, crowd, now
):
    campaign = buy()
    first = join_in(cast.jonas, campaign)
    capture(first)
    team = Seat.objects.get(order=first).team
    a, b = crowd(2)
    assert join_in(a, team, at=team.closes_at - SECOND).state == orders.PLACED
    with pytest.raises(seats.TeamHasClosed):
        join_in(b, team, at=team.closes_at)
    assert closing.close_due(now=team.closes_at - SECOND) == 0
    assert closing.close_due(now=team.closes_at) == 1
    assert closing.close_due(now=team.closes_at) == 0


# Leaving


def test_an_order_that_is_not_paid_in_time_frees_its_seat(buy, join_in, cast, now):
    order = join_in(cast.jonas, buy())
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    seat = Seat.objects.get(order=order)
    assert seat.state == rules.RELEASED
    assert (seat.team.state, seat.team.reserved) == (rules.CLOSED, 0)  # nobody is in it
    closing.settle_closed(now=late)
    assert Team.objects.get().state == rules.FAILED


def test_who_leaves_the_community_between_placing_and_paying_has_the_place_they_paid_for(
    buy, join_in, capture, cast, kiln, member_of, now
):
    """Whoever they are by now, money that came in time is never refused."""
    order = join_in(cast.jonas, buy())
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    capture(order)
    assert fresh(order).state == orders.PAID
    assert Seat.objects.get(order=order).state == rules.PAID
    assert counts_hold()


def test_leaving_is_free_until_closing_and_the_next_paid_member_leads(
    team_of, pay_back, books, in_balance, cup, now
):
    team, people, (first, _second, _third) = team_of(3)
    assert deals.may_leave(first, now=now)
    refunding.cancel(order=fresh(first), by=people[0], by_buyer=True, now=now)
    team.refresh_from_db()
    assert team.leader.person == people[1]
    assert team.paid == 2
    assert states(team) == [rules.REFUNDING, rules.PAID, rules.PAID]
    pay_back(first, at=now)
    assert states(team)[0] == rules.REFUNDED
    assert books(f"escrow.{first.oid}") == 0
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (8, 0)
    with pytest.raises(WrongMoment):
        refunding.cancel(order=fresh(first), by=people[0], by_buyer=True, now=now)
    run_due(now=now + timedelta(minutes=1))
    told = Notice.objects.filter(person=people[1], topic="group-lead")
    assert told.count() == 1
    assert counts_hold()
    assert in_balance()


def test_nobody_fills_a_team_to_lower_the_price_and_leaves(team_of, now):
    team, people, bought = team_of(3)
    with pytest.raises(deals.DealHasClosed):
        refunding.cancel(order=fresh(bought[2]), by=people[2], by_buyer=True, now=team.closes_at)
    closing.close_due(now=team.closes_at)
    closing.settle_closed(now=team.closes_at)
    with pytest.raises(deals.DealHasClosed):
        refunding.cancel(order=fresh(bought[2]), by=people[2], by_buyer=True, now=now + 2 * DAY)


def test_whoever_left_may_join_again(team_of, join_in, capture, now):
    team, people, bought = team_of(2)
    refunding.cancel(order=fresh(bought[1]), by=people[1], by_buyer=True, now=now)
    capture(join_in(people[1], team))
    team.refresh_from_db()
    assert team.paid == 2
    assert counts_hold()


# Closing


def test_a_team_that_falls_short_pays_everybody_back_and_tells_them(
    team_of, finish, pay_back, books, in_balance, cup, now
):
    """Team of 5 with a lowest step of 5 and 3 at the deadline."""
    team, people, bought = team_of(3, steps=[(5, 5000)], size=5)
    cup.refresh_from_db()
    assert cup.on_hand == 7
    finish(team.closes_at)
    team.refresh_from_db()
    assert (team.state, team.final_count) == (rules.FAILED, 3)
    assert states(team) == [rules.REFUNDING] * 3
    refunds = Refund.objects.order_by("pk")
    assert [(r.order_id, r.amount_minor) for r in refunds] == [
        (order.pk, order.total_minor) for order in bought
    ]
    for order in bought:
        pay_back(order, at=team.closes_at)
    assert set(Refund.objects.values_list("state", flat=True)) == {orders.EXECUTED}
    assert states(team) == [rules.REFUNDED] * 3
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (10, 0)
    run_due(now=team.closes_at + timedelta(minutes=1))
    told = Notice.objects.filter(topic="group-short")
    assert sorted(told.values_list("person", flat=True)) == [p.pk for p in people]
    assert books("psp.sandbox") == 0
    assert counts_hold()
    assert in_balance()
    finish(team.closes_at)  # twice changes nothing
    assert Refund.objects.count() == 3


def test_the_difference_comes_back_at_closing_and_a_refund_after_that_is_exact(
    team_of, finish, pay_back, books, in_balance, cast, now
):
    team, people, bought = team_of(5)  # full: the second step is reached
    assert (team.state, team.verdict, team.final_minor) == (rules.CLOSED, rules.SUCCESS, 5000)
    finish(now)
    team.refresh_from_db()
    assert team.state == rules.SUCCESS
    assert states(team) == [rules.CONFIRMED] * 5
    assert list(Refund.objects.values_list("amount_minor", flat=True)) == [1000] * 5
    for order in bought:
        pay_back(order, at=now)
        assert books(f"escrow.{order.oid}") == 5000 + 1200
    assert not any(fresh(order).waits for order in bought)
    # one is refunded whole before it is packed, one after it is completed
    one, two = fresh(bought[0]), fresh(bought[1])
    back = refunding.refund(
        order=one, pieces={one.rows[0].pk: 1}, with_post=True, restock=True, by=cast.mei, now=now
    )
    assert back.amount_minor == 5000 + 1200
    assert books(f"escrow.{one.oid}") == 0
    fulfilling.ship(order=two, by=cast.mei, now=now)
    fulfilling.receive(order=fresh(two), by=people[1], by_buyer=True, now=now)
    assert books("sales") == 5000
    two = fresh(two)
    back = refunding.refund(
        order=two, pieces={two.rows[0].pk: 1}, with_post=True, restock=False, by=cast.mei, now=now
    )
    assert back.amount_minor == 5000 + 1200
    assert books("sales") == books("shipping") == 0
    two = fresh(two)
    assert two.refunded_minor == two.paid_minor
    assert in_balance()


def test_the_tax_in_a_lowered_price_falls_with_it(team_of, finish, books, kiln, cast, now):
    kiln.switches = {"orders.tax_bp": 1300}
    kiln.save()
    _team, people, bought = team_of(5)
    finish(now)
    order = fresh(bought[0])
    fulfilling.ship(order=order, by=cast.mei, now=now)
    fulfilling.receive(order=fresh(order), by=people[0], by_buyer=True, now=now)
    assert books("tax_payable.shop") == orders.tax_within(5000 + 1200, 1300)
    order = fresh(order)
    refunding.refund(
        order=order, pieces={order.rows[0].pk: 1}, with_post=True, restock=False, by=None, now=now
    )
    assert books("tax_payable.shop") == books("sales") == books("shipping") == 0


def test_an_order_of_an_open_team_cannot_be_packed(team_of, finish, cast, kiln, now):
    team, _people, bought = team_of(3)
    order = fresh(bought[0])
    with pytest.raises(deals.StillWaiting):
        fulfilling.pack(order=order, by=cast.mei, now=now)
    with pytest.raises(deals.StillWaiting):
        fulfilling.ship(order=order, by=cast.mei, now=now)
    assert not Order.objects.of(kiln).to_pack().exists()
    finish(team.closes_at)
    assert Order.objects.of(kiln).to_pack().count() == 3
    fulfilling.pack(order=fresh(order), by=cast.mei, now=now)


def test_who_has_not_paid_at_closing_is_not_in(
    team_of, join_in, capture, pay_back, crowd, new_person, kiln, finish, cup, now
):
    team, _people, _bought = team_of(3)
    late = new_person("Late")
    culture.join(community=kiln, person=late, version=1, now=now)
    order = join_in(late, team, at=team.closes_at - timedelta(minutes=1))
    finish(team.closes_at)
    team.refresh_from_db()
    assert (team.state, team.final_count, team.reserved) == (rules.SUCCESS, 3, 0)
    assert Seat.objects.get(order=order).state == rules.RELEASED
    assert fresh(order).state == orders.CANCELLED
    capture(order, at=team.closes_at + SECOND)  # the bank was slow: the money goes back
    assert order.refunded_minor == order.total_minor
    pay_back(order, at=team.closes_at + SECOND)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (7, 0)
    assert counts_hold()


# Payments that come too late


def test_a_late_payer_gets_the_seat_back_while_there_is_one(
    team_of, join_in, capture, cast, cup, now
):
    team, _people, _bought = team_of(2)
    order = join_in(cast.jonas, team)
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    assert Seat.objects.get(order=order).state == rules.RELEASED
    capture(order, at=late)
    seat = Seat.objects.get(order=order)
    assert (seat.state, seat.team_id, order.state) == (rules.PAID, team.pk, orders.PAID)
    assert counts_hold()


def test_a_late_payer_of_a_full_team_leads_a_new_one(
    team_of, join_in, capture, crowd, cast, cup, now
):
    team, _people, _bought = team_of(1, steps=[(2, 6000)], size=2)
    order = join_in(cast.jonas, team)
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    capture(join_in(cast.lan, team, at=late), at=late)
    capture(order, at=late)
    seat = Seat.objects.select_related("team__leader").get(order=order)
    assert seat.state == rules.PAID
    assert seat.team_id != team.pk
    assert seat.team.leader.person_id == cast.jonas.pk
    assert seat.team.closes_at == late + DAY
    run_due(now=late + timedelta(minutes=1))
    assert Notice.objects.filter(person=cast.jonas, topic="group-moved").count() == 1
    assert counts_hold()


def test_a_payer_after_the_deadline_before_the_sweep_gets_a_new_team(
    team_of, join_in, capture, cast, now
):
    team, _people, _bought = team_of(3)
    order = join_in(cast.jonas, team, at=team.closes_at - SECOND)
    capture(order, at=team.closes_at)
    seat = Seat.objects.get(order=order)
    assert (seat.state, order.state) == (rules.PAID, orders.PAID)
    assert seat.team_id != team.pk
    assert counts_hold()


def test_a_late_payer_when_the_campaign_is_over_is_paid_back(
    buy, join_in, capture, pay_back, books, in_balance, cast, cup, now
):
    campaign = buy(ends_at=now + timedelta(minutes=10))
    order = join_in(cast.jonas, campaign)
    late = now + timedelta(minutes=11)
    capture(order, at=late)
    assert order.state == orders.CANCELLED
    assert order.refunded_minor == order.paid_minor == order.total_minor
    pay_back(order, at=late)
    assert Seat.objects.get(order=order).state == rules.RELEASED
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (10, 0)
    assert books("psp.sandbox") == 0
    assert counts_hold()
    assert in_balance()


def test_a_late_payer_when_the_stock_is_gone_is_paid_back(
    team_of, join_in, capture, pay_back, cast, cup, now
):
    team, _people, _bought = team_of(2)
    order = join_in(cast.jonas, team)
    late = now + timedelta(minutes=16)
    placing.expire(order=fresh(order), now=late)
    cup.refresh_from_db()
    cup.on_hand = 0
    cup.save()
    capture(order, at=late)
    assert order.state == orders.CANCELLED
    assert Seat.objects.get(order=order).state == rules.RELEASED
    team.refresh_from_db()
    assert team.paid == 2
    assert counts_hold()


# The shop


def test_the_shop_completes_a_team_and_it_says_so(team_of, member_of, kiln, cast, finish, now):
    team, _people, bought = team_of(2)
    mei = member_of(kiln, cast.mei)
    with pytest.raises(NotAllowed):
        planning.complete(team=team, by=member_of(kiln, cast.kenji), now=now)
    planning.complete(team=team, by=mei, now=now)
    finish(now)
    team.refresh_from_db()
    assert (team.state, team.final_minor) == (rules.SELLER_COMPLETED, 6000)
    assert states(team) == [rules.CONFIRMED] * 2
    assert not Refund.objects.exists()
    assert not fresh(bought[0]).waits
    with pytest.raises(WrongMoment):
        planning.complete(team=team, by=mei, now=now)


def test_an_empty_team_cannot_be_completed(buy, join_in, member_of, kiln, cast, now):
    order = join_in(cast.jonas, buy())
    team = Seat.objects.get(order=order).team
    with pytest.raises(WrongMoment):
        planning.complete(team=team, by=member_of(kiln, cast.mei), now=now)


def test_stopping_pays_back_open_teams_and_leaves_closed_ones(
    team_of, join_in, capture, member_of, kiln, cast, finish, now
):
    team, _people, _bought = team_of(5, most_each=2)
    other = join_in(cast.jonas, team.campaign)
    capture(other)
    mei = member_of(kiln, cast.mei)
    campaign = team.campaign
    campaign.refresh_from_db()
    assert planning.stop(campaign=campaign, by=mei, now=now, reason="The kiln broke.") == 1
    finish(now)
    team.refresh_from_db()
    assert team.state == rules.SUCCESS
    seat = Seat.objects.select_related("team").get(order=other)
    assert (seat.state, seat.team.state) == (rules.REFUNDING, rules.FAILED)
    with pytest.raises(deals.DealOver):
        join_in(cast.lan, campaign)
    with pytest.raises(WrongMoment):
        planning.stop(campaign=campaign, by=mei, now=now)


def test_a_shops_refund_in_an_open_team_gives_the_seat_up(team_of, cast, now):
    team, _people, bought = team_of(2)
    order = fresh(bought[1])
    refunding.refund(
        order=order, pieces={order.rows[0].pk: 1}, with_post=True, restock=True, by=cast.mei,
        now=now,
    )  # fmt: skip
    assert states(team) == [rules.PAID, rules.REFUNDING]
    assert counts_hold()


def test_who_has_not_paid_at_the_deadline_lowers_no_price(team_of, join_in, cast, finish):
    """Four have paid and a fifth only keeps a place: the step of five is not reached."""
    team, _people, _orders = team_of(4)
    join_in(cast.lan, team, at=team.closes_at - timedelta(minutes=5))
    finish(team.closes_at)
    team.refresh_from_db()
    assert (team.verdict, team.final_count, team.final_minor) == (rules.SUCCESS, 4, 6000)
