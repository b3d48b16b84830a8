"""Many at once: no coupon too many, whoever comes how."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from banyan.communities.models import Member
from banyan.orders.actions import placing
from banyan.pricing import rules
from banyan.pricing.actions import coupons
from banyan.pricing.models import Coupon

from .conftest import counts_hold

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]
CLAIMS = int(os.environ.get("BANYAN_CLAIMS", "40"))  # 200 in a longer run
GIVEN, THREADS = CLAIMS // 4, 12


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def crowd(kiln: Any, new_person: Any, now: Any) -> Any:
    from banyan.culture import actions as culture

    def make(count: int) -> list[Any]:
        people = [new_person(f"Buyer {n}") for n in range(count)]
        for person in people:
            culture.join(community=kiln, person=person, version=1, now=now)
        return people

    return make


def test_many_claims_at_once_give_out_exactly_the_coupons_there_are(discount, crowd, kiln):
    one = discount(is_shown=True, most=GIVEN)
    crowd(CLAIMS)
    members = list(Member.objects.filter(community=kiln).select_related("person", "community"))
    members = [member for member in members if member.person.name.startswith("Buyer")]

    def rush(member: Any) -> str:
        try:
            coupons.take(discount=one, member=member, now=timezone.now())
        except coupons.AllTaken:
            return "none left"
        else:
            return "taken"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(rush, members))
    assert found == {"taken": GIVEN, "none left": CLAIMS - GIVEN}
    assert Coupon.objects.filter(discount=one, state=rules.CLAIMED).count() == GIVEN
    assert counts_hold()
    print(f"{CLAIMS} claims of {GIVEN} coupons: {dict(found)}")


def test_many_tabs_of_one_member_take_one(discount, member_of, kiln, cast):
    one = discount(is_shown=True, most=GIVEN)

    def rush(_n: int) -> str:
        try:
            coupons.take(discount=one, member=member_of(kiln, cast.jonas), now=timezone.now())
        except coupons.EnoughCoupons:
            return "enough"
        else:
            return "taken"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        assert Counter(pool.map(rush, range(THREADS))) == {"taken": 1, "enough": THREADS - 1}
    assert counts_hold()


def test_the_last_use_of_a_code_goes_to_one_order(discount, order_with, crowd, cup, post, now):
    one = discount(most=2)
    cup.on_hand = 500
    cup.save()

    def rush(person: Any) -> str:
        try:
            order_with((cup, 1), person=person, code="WELCOME", at=timezone.now())
        except (placing.CodeRefused, placing.PriceChanged):
            return "refused"
        else:
            return "ordered"
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(pool.map(rush, crowd(THREADS)))
    assert found == {"ordered": 2, "refused": THREADS - 2}
    one.refresh_from_db()
    cup.refresh_from_db()
    assert (one.issued, cup.reserved) == (2, 2)
    assert counts_hold()
