"""Many at once: the last seat, and the last payments of a team."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from banyan.campaigns import rules
from banyan.campaigns.actions import claims, seats
from banyan.campaigns.models import Seat, Team
from banyan.orders.actions.placing import BasketGone, PriceChanged
from banyan.orders.deals import DealOver
from banyan.orders.models import Order

from .conftest import counts_hold, taken_is_right

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
BUYERS, RUNS, THREADS = 24, 3, 12


@pytest.fixture
def now() -> Any:
    return timezone.now()


def test_twenty_four_buyers_for_the_last_seat_get_exactly_one(
    buy, join_in, crowd, capture, cup, now
):
    people = crowd(BUYERS + RUNS)
    cup.on_hand = 500
    cup.save()
    campaign = buy(steps=[(2, 6000)], size=2, most_each=20)
    for run in range(RUNS):
        first = join_in(people[run], campaign, at=now)
        capture(first, at=now)
        team = Team.objects.get(seats__order=first)

        def rush(person: Any, team: Team = team) -> str:
            try:
                join_in(person, team, at=timezone.now())
            except (seats.TeamIsFull, seats.TeamHasClosed, DealOver):
                return "full"
            else:
                return "in"
            finally:
                connection.close()

        with ThreadPoolExecutor(THREADS) as pool:
            found = Counter(pool.map(rush, people[RUNS:]))
        assert found == {"in": 1, "full": BUYERS - 1}
        team.refresh_from_db()
        assert (team.paid, team.reserved) == (1, 1)
        assert Seat.objects.filter(team=team).count() == 2
        winner = Order.objects.get(pk=Seat.objects.get(team=team, state=rules.RESERVED).order_id)
        capture(winner, at=timezone.now())
        team.refresh_from_db()
        assert (team.paid, team.verdict) == (2, rules.SUCCESS)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (500 - 2 * RUNS, 0)
    assert counts_hold()
    print(f"{RUNS} runs of {BUYERS} buyers for the last seat: exactly one each")


def test_a_thousand_joins_over_fifty_groups_fill_each_to_its_last_place(
    buy, join_in, crowd, capture, cup, now
):
    """Fifty groups of eighteen, one place paid in each; twenty members press all fifty buttons."""
    cup.on_hand = 5000
    cup.save()
    campaign = buy(steps=[(18, 6000)], size=18, most_each=60)
    (leader, *people) = crowd(21)
    for _group in range(50):
        capture(join_in(leader, campaign, at=now), at=now)
    teams = list(Team.objects.filter(campaign=campaign))

    def press(n: int) -> str:
        # each begins at another group, so that all of them are pressed at the same time
        person, team = people[n % 20], teams[(n // 20 + 7 * (n % 20)) % 50]
        try:
            join_in(person, team, at=timezone.now())
        except (seats.TeamIsFull, seats.TeamHasClosed, DealOver):
            return "full"
        else:
            return "in"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(press, range(1000)))
    assert found == {"in": 850, "full": 150}
    for team in Team.objects.filter(campaign=campaign):
        assert (team.paid, team.reserved) == (1, 17)
    cup.refresh_from_db()
    assert cup.reserved == 850
    assert counts_hold()


def test_payments_leaving_and_expiring_at_once_keep_the_counts(
    buy, join_in, crowd, capture, cup, now
):
    """Twelve members of a team of ten: some pay, some call off, some let their time run out."""
    from datetime import timedelta

    from banyan.orders.actions import placing, refunding

    cup.on_hand = 500
    cup.save()
    people = crowd(10)
    campaign = buy(steps=[(3, 6000), (8, 5000)], size=10)
    first = join_in(people[0], campaign, at=now)
    capture(first, at=now)
    team = Team.objects.get(seats__order=first)
    others = [join_in(person, team, at=now) for person in people[1:]]

    def act(n: int) -> str:
        order = Order.objects.whole_by_id(others[n].pk)
        assert order is not None
        try:
            if n % 3 == 0:
                refunding.cancel(order=order, by=order.person, by_buyer=True, now=timezone.now())
            elif n % 3 == 1:
                placing.expire(order=order, now=now + timedelta(minutes=16))
            else:
                capture(others[n], at=timezone.now())
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(9) as pool:
        assert Counter(pool.map(act, range(9))) == {"done": 9}
    team.refresh_from_db()
    assert (team.paid, team.reserved, team.state) == (4, 0, rules.OPEN)
    cup.refresh_from_db()
    assert (cup.on_hand, cup.reserved) == (500 - 4, 0)
    assert counts_hold()


def test_twenty_four_buyers_for_the_last_pieces_of_a_sale_get_exactly_those(
    sale, buy_at, crowd, cup
):
    people = crowd(BUYERS)
    cup.on_hand = 500
    cup.save()
    campaign = sale(size=5, most_each=2)

    def rush(person: Any) -> str:
        try:
            buy_at(person, campaign, 2, at=timezone.now())
        except (claims.SoldOut, DealOver):
            return "gone"
        else:
            return "kept"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(rush, people))
    assert found == {"kept": 2, "gone": BUYERS - 2}  # one piece is left over
    assert taken_is_right(campaign)
    assert campaign.pieces_left == 1


def test_one_member_in_many_tabs_gets_no_more_than_their_share(sale, buy_at, crowd, cup, kiln):
    (ana,) = crowd(1)
    cup.on_hand = 500
    cup.save()
    campaign = sale(size=50, most_each=2)

    def rush(_n: int) -> str:
        try:
            buy_at(ana, campaign, 1, at=timezone.now())
        except (claims.EnoughPieces, BasketGone, PriceChanged):
            return "no"
        else:
            return "kept"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(rush, range(BUYERS)))
    assert found["kept"] <= 2
    assert taken_is_right(campaign)
    assert campaign.taken == found["kept"]
