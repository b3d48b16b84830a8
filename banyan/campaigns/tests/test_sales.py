"""Flash sales: one price, so many pieces, so many for each, from when to when."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest

from banyan.campaigns import rules
from banyan.campaigns.actions import claims, planning, seats
from banyan.campaigns.models import Campaign, Claim
from banyan.communities import actions as communities
from banyan.core.refusals import Refusal, WrongMoment
from banyan.ledger.queries import balance, trial_balance
from banyan.orders import rules as order_rules
from banyan.orders.actions import fulfilling, placing, refunding
from banyan.orders.deals import DealOver
from banyan.orders.models import Order
from banyan.sellers.models import Book

from .conftest import SALE_PRICE, taken_is_right

pytestmark = pytest.mark.django_db


def whole(order: Order) -> Order:
    found = Order.objects.whole_by_id(order.pk)
    assert found is not None
    return found


def test_pieces_are_kept_with_the_order_and_bought_with_its_payment(sale, buy_at, crowd, capture):
    campaign, (ana,) = sale(), crowd(1)
    order = buy_at(ana, campaign, 2)
    assert (order.rows[0].unit_minor, order.rows[0].quantity, order.waits) == (SALE_PRICE, 2, False)
    claim = Claim.objects.get()
    assert (claim.state, claim.pieces) == (rules.RESERVED, 2)
    assert taken_is_right(campaign)
    capture(order)
    claim.refresh_from_db()
    assert claim.state == rules.PAID
    fulfilling.pack(order=whole(order), by=None, now=order.placed_at)  # nothing to wait for


def test_more_than_there_are_is_refused_and_nothing_is_half_done(sale, buy_at, crowd, capture):
    campaign, people = sale(size=3), crowd(2)
    buy_at(people[0], campaign, 2)
    with pytest.raises(claims.SoldOut):
        buy_at(people[1], campaign, 2)
    assert Order.objects.count() == Claim.objects.count() == 1
    buy_at(people[1], campaign, 1)
    assert taken_is_right(campaign)
    assert campaign.pieces_left == 0


def test_one_member_has_no_more_than_their_share_by_however_many_orders(
    sale, buy_at, crowd, capture
):
    campaign, (ana,) = sale(), crowd(1)
    capture(buy_at(ana, campaign, 1))
    buy_at(ana, campaign, 1)
    with pytest.raises(claims.EnoughPieces):
        buy_at(ana, campaign, 1)
    assert taken_is_right(campaign)


def test_a_sale_holds_to_the_second(sale, buy_at, crowd, now):
    campaign, (ana, ben) = sale(ends_at=now + timedelta(hours=5)), crowd(2)
    buy_at(ana, campaign, 1, at=campaign.ends_at - timedelta(seconds=1))
    with pytest.raises((DealOver, placing.PriceChanged)):
        buy_at(ben, campaign, 1, at=campaign.ends_at)


def test_pieces_of_an_order_that_nobody_paid_are_free_again(sale, buy_at, crowd, now):
    campaign, (ana, ben) = sale(size=1, most_each=1), crowd(2)
    order = buy_at(ana, campaign)
    placing.expire(order=whole(order), now=now + timedelta(hours=1))
    assert Claim.objects.get(order=order).state == rules.RELEASED
    assert taken_is_right(campaign)
    buy_at(ben, campaign, at=now + timedelta(hours=1))


def test_who_pays_late_has_the_pieces_while_there_are_some_else_the_money_back(
    sale, buy_at, crowd, capture, pay_back, kiln, now
):
    campaign, (ana, ben) = sale(size=1, most_each=1), crowd(2)
    later = now + timedelta(hours=1)
    first, second = buy_at(ana, campaign), None
    placing.expire(order=whole(first), now=later)
    second = buy_at(ben, campaign, at=later)
    capture(first, at=later)  # the provider was slow, and Ben was faster
    assert whole(first).state != order_rules.PAID
    pay_back(first, at=later)
    placing.expire(order=whole(second), now=later + timedelta(hours=1))
    capture(second, at=later + timedelta(hours=1))  # late as well, but it is still there
    assert whole(second).state == order_rules.PAID
    assert Claim.objects.get(order=second).state == rules.PAID
    assert taken_is_right(campaign)
    book = Book.objects.get(community=kiln)
    assert balance(book, f"escrow.{first.oid}").minor == 0
    assert not any(trial_balance(book).values())


def test_what_is_called_off_can_be_bought_by_others(sale, buy_at, crowd, capture, now):
    campaign, (ana, ben) = sale(size=2), crowd(2)
    order = buy_at(ana, campaign, 2)
    capture(order)
    refunding.cancel(order=whole(order), by=ana, by_buyer=True, now=now)
    assert Claim.objects.get(order=order).state == rules.GIVEN_BACK
    assert taken_is_right(campaign)
    buy_at(ben, campaign, 2)


def test_a_stopped_sale_sells_no_more_and_what_was_ordered_stays(
    sale, buy_at, crowd, capture, kiln, cast, member_of, now
):
    campaign, (ana, ben) = sale(), crowd(2)
    order = buy_at(ana, campaign)
    planning.stop(campaign=campaign, by=member_of(kiln, cast.mei), now=now)
    capture(order)
    assert whole(order).state == order_rules.PAID
    with pytest.raises((DealOver, placing.PriceChanged)):
        buy_at(ben, campaign)
    with pytest.raises(WrongMoment):
        planning.stop(campaign=campaign, by=member_of(kiln, cast.mei), now=now)


def test_neither_the_shop_nor_who_has_left_buys(sale, buy_at, crowd, cast, kiln, member_of, now):
    campaign, (ana,) = sale(), crowd(1)
    with pytest.raises(seats.ShopsHoldNoSeats):
        buy_at(cast.mei, campaign)
    communities.leave(member=member_of(kiln, ana), now=now)
    with pytest.raises(seats.MembersOnly):
        buy_at(ana, campaign)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"steps": [(1, 6800)]}, planning.SaleNotCheaper),
        ({"steps": [(1, 0)]}, planning.BadPlan),
        ({"steps": []}, planning.BadPlan),
        ({"size": 0}, planning.BadPlan),
        ({"most_each": 6}, planning.BadPlan),
    ],
)
def test_terms_that_make_no_sale_are_refused(sale, given, fault):
    with pytest.raises(fault):
        sale(**given)


def test_a_product_is_in_one_campaign_at_a_time(sale, buy):
    buy()
    with pytest.raises(planning.OneAtATime):
        sale()
    assert Campaign.objects.filter(state=rules.LIVE).count() == 1


RUNS = int(os.environ.get("BANYAN_RUNS", "12"))
ACTS, PIECES = 30, 9


def test_no_run_of_acts_oversells_a_sale_or_loses_a_cent(
    sale, buy_at, crowd, capture, pay_back, cup, kiln, cast, member_of, now
):
    """Seeded: some order, some pay in time or late, some let their time run out or call off."""
    people, mei, book = crowd(5), member_of(kiln, cast.mei), Book.objects.get(community=kiln)
    for seed in range(RUNS):
        rng = random.Random(seed)
        cup.refresh_from_db()
        cup.on_hand, cup.reserved = PIECES, 0
        cup.save()
        campaign = sale(size=rng.choice([1, 4, 7]), most_each=1)
        placed: list[Order] = []
        moment = now
        for _ in range(ACTS):
            moment += timedelta(minutes=rng.choice([0, 2, 9, 20]))
            act = rng.random()
            with suppress(Refusal):
                if act < 0.4:
                    placed.append(buy_at(rng.choice(people), campaign, at=moment))
                elif act < 0.7 and placed:
                    capture(rng.choice(placed), at=moment)
                elif act < 0.85 and placed:
                    placing.expire(order=whole(rng.choice(placed)), now=moment)
                elif placed:
                    one = whole(rng.choice(placed))
                    refunding.cancel(order=one, by=one.person, by_buyer=True, now=moment)
            assert taken_is_right(campaign), seed
        for order in placed:
            with suppress(Refusal):
                placing.expire(order=whole(order), now=moment + timedelta(hours=2))
            pay_back(order, at=moment + timedelta(hours=2))
        assert taken_is_right(campaign), seed
        bought = Claim.objects.filter(campaign=campaign, state=rules.PAID)
        paid = Order.objects.filter(pk__in=[o.pk for o in placed], state=order_rules.PAID)
        assert set(bought.values_list("order_id", flat=True)) == set(
            paid.values_list("pk", flat=True)
        ), seed
        cup.refresh_from_db()
        assert (cup.on_hand, cup.reserved) == (PIECES - paid.count(), 0), seed
        assert not any(trial_balance(book).values()), seed
        planning.stop(campaign=campaign, by=mei, now=moment)
