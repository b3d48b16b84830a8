"""The share of active members who gained: what they paid less for counts while they keep it."""

from __future__ import annotations

from typing import Any

import pytest

from banyan.campaigns.tests.conftest import buy, crowd, finish, join_in, team_of
from banyan.communities.models import Member
from banyan.health.models import MemberDay
from banyan.leaves import queries
from banyan.orders.actions import refunding
from banyan.orders.models import Order
from banyan.pricing.actions import planning as discounts

from .conftest import again, give_back

__all__ = ["buy", "crowd", "finish", "join_in", "team_of"]
pytestmark = pytest.mark.django_db


def active(kiln: Any, people: list[Any], now: Any) -> None:
    for member in Member.objects.filter(community=kiln, person__in=people):
        MemberDay.objects.create(community=kiln, member=member, day=now.date())


def test_what_a_discount_took_off_counts_until_all_of_it_comes_back(
    kiln, order_of, capture, cup, cast, member_of, now
):
    active(kiln, [cast.lan, cast.jonas], now)
    mei = member_of(kiln, cast.mei)
    discount = discounts.draft(
        by=mei, now=now, kind="automatic", name="Ten off", percent_bp=1000, starts_at=now
    )
    discounts.activate(discount=discount, by=mei, now=now)
    order = order_of((cup, 2), person=cast.jonas)
    assert queries.gain(kiln, now=now).gained == 0
    capture(order, at=now)
    assert queries.gain(kiln, now=now).percent == 50
    give_back(order, 1, at=now)
    assert queries.gain(kiln, now=now).gained == 1
    _all_back(order, now)
    assert queries.gain(kiln, now=now).gained == 0


def test_the_difference_of_a_group_counts_until_all_of_it_comes_back(team_of, finish, kiln, now):
    _team, people, orders = team_of(5)
    active(kiln, people, now)
    assert queries.gain(kiln, now=now).gained == 0
    finish(now)
    assert queries.gain(kiln, now=now).gained > 0
    before = queries.gain(kiln, now=now).gained
    _all_back(orders[0], now)
    assert queries.gain(kiln, now=now).gained == before - 1


def _all_back(order: Order, now: Any) -> None:
    fresh = again(order)
    refunding.refund(
        order=fresh, pieces={fresh.rows[0].pk: fresh.rows[0].left}, with_post=True, restock=False,
        by=None, now=now,
    )  # fmt: skip
