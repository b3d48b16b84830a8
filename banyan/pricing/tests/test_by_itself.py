"""Discounts that need no code, member prices, and what goes together with what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.orders.actions import placing
from banyan.orders.models import OrderLine
from banyan.pricing import queries, rules
from banyan.pricing.actions import planning
from banyan.pricing.models import Saving
from banyan.pricing.rules import AUTOMATIC, COUPON, MEMBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def together(kiln, member_of, cast, now):
    def choose(*pairs):
        planning.choose_together(community=kiln, by=member_of(kiln, cast.mei), now=now, pairs=pairs)

    return choose


def names(counted):
    return [one.name for one in counted.lowered.taken]


def test_from_three_pieces_on_the_basket_costs_less_and_says_from_when(
    discount, basket_of, order_with, cup, cast
):
    discount(kind=AUTOMATIC, name="Three cups", least_pieces=3)
    two = basket_of((cup, 2), person=cast.jonas)
    assert names(two) == []
    assert [(one.name, one.why) for one in two.lowered.left_out] == [
        ("Three cups", "It holds from 3 pieces on.")
    ]
    order = order_with((cup, 1), person=cast.jonas)  # the third one
    assert order.items_minor == 3 * 6800 - 2040
    assert OrderLine.objects.get(order=order).discount_minor == 2040
    saving = Saving.objects.get(order=order)
    assert (saving.minor, saving.coupon_id) == (2040, None)


def test_a_member_price_is_for_members_and_tells_others_so(
    discount, basket_of, order_with, cup, cast
):
    discount(kind=MEMBER, name="Among us", amount_minor=800)
    assert names(basket_of((cup, 1), person=cast.jonas)) == ["Among us"]
    for person in (None, cast.rafe):
        counted = basket_of((cup, 1), person=person)
        assert names(counted) == []
        assert "for members" in counted.lowered.left_out[0].why
    assert order_with((cup, 1), person=cast.lan).items_minor == 6000


def test_at_first_nothing_goes_together_and_the_rest_is_named(discount, basket_of, cup, cast):
    discount(kind=MEMBER, name="Among us", percent_bp=500)
    discount(kind=AUTOMATIC, name="Two", percent_bp=2000, least_pieces=2)
    discount(percent_bp=1000)
    counted = basket_of((cup, 2), person=cast.jonas, code="WELCOME")
    assert names(counted) == ["Two"]
    assert counted.lowered.left_out[0].name == "Among us"
    assert "Not together with “Two”" in counted.lowered.left_out[0].why
    assert "Not together with “Two”" in counted.lowered.fault


def test_the_shop_says_what_goes_together_and_each_sees_what_is_left(
    discount, basket_of, order_with, together, cup, cast
):
    discount(kind=MEMBER, name="Among us", percent_bp=1000)
    discount(percent_bp=1000)
    together((MEMBER, COUPON))
    counted = basket_of((cup, 1), person=cast.jonas, code="WELCOME")
    assert [one.minor for one in counted.lowered.taken] == [680, 612]
    assert counted.lowered.fault == ""
    order = order_with((cup, 1), person=cast.lan, code="WELCOME")
    assert order.items_minor == 6800 - 680 - 612
    assert sorted(Saving.objects.filter(order=order).values_list("minor", flat=True)) == [612, 680]
    together()
    assert names(basket_of((cup, 1), person=cast.kenji)) == ["Among us"]
    assert rules.pairs_of(["x", "member+coupon", 3]) == ((MEMBER, COUPON),)


def test_a_groups_price_goes_together_with_nothing(discount, cup, cast, kiln, post, now):
    from banyan.catalog.models import Variant
    from banyan.orders import queries as orders
    from banyan.orders.actions import baskets

    discount(kind=AUTOMATIC, name="All")
    discount()
    fresh = Variant.objects.select_related("product").get(pk=cup.pk)
    basket = baskets.for_deal(
        community=kiln, variant=fresh, person=cast.jonas, kind="group-open", id=1, now=now
    )
    counted = orders.basket_at(id=basket.public_id, person=cast.jonas, visitor="", now=now)
    assert counted.lowered.taken == ()
    counted.lower(code="WELCOME", email="", now=now)
    assert "group" in counted.lowered.fault


def test_what_has_not_begun_or_is_over_takes_nothing_off(discount, basket_of, cup, cast, now):
    discount(
        kind=AUTOMATIC, name="Later", starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )  # fmt: skip
    for days, found in ((0, []), (1, ["Later"]), (3, [])):
        at = now + timedelta(days=days)
        assert names(basket_of((cup, 1), person=cast.jonas, at=at)) == found


def test_a_discount_that_ends_while_the_basket_is_ordered_undoes_the_order(
    discount, order_with, cup, cast, kiln, member_of, now
):
    """Another process has ended it: what is kept here for a minute still shows it."""
    one = discount(kind=AUTOMATIC, name="All")
    queries.here(kiln)
    type(one).objects.filter(pk=one.pk).update(state=rules.ENDED)
    with pytest.raises(placing.PriceChanged):
        order_with((cup, 1), person=cast.jonas)
    cup.refresh_from_db()
    assert cup.reserved == 0
    order = order_with((cup, 1), person=cast.jonas)  # the next page knew
    assert order.items_minor == 2 * 6800


def test_twenty_discounts_by_themselves_are_enough(discount):
    for n in range(rules.MOST_ACTIVE):
        discount(kind=AUTOMATIC, name=f"{n}", least_pieces=n + 1)
    with pytest.raises(planning.TooManyActive):
        discount(kind=AUTOMATIC, name="one more")


def test_only_the_first_look_of_a_minute_asks_the_database(discount, basket_of, cup, cast, kiln):
    discount(kind=AUTOMATIC, name="All")
    counted = basket_of((cup, 1), person=cast.jonas)
    queries.here(kiln)
    with CaptureQueriesContext(connection) as seen:
        counted.lower(now=counted.basket.changed_at)
    assert len(seen) == 0
    assert names(counted) == ["All"]
