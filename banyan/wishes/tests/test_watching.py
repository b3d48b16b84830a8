"""A lower price: told once for each fall that stands, and never more than once a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.catalog.models import Product
from banyan.core.refusals import WrongMoment
from banyan.wishes.actions import watching, wishing
from banyan.wishes.models import Wish

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def asked(cup: Any, cast: Any, fresh: Any, now: Any) -> Wish:
    """Jonas asks at 68."""
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    watching.ask(product=fresh(cup), person=cast.jonas, now=now)
    return Wish.objects.get()


def sweep(*moments: Any) -> list[int]:
    return [watching.look_at_prices(now=at) for at in moments]


def test_a_fall_that_stands_an_hour_is_told_once(
    asked: Wish, cup: Any, cast: Any, price: Any, told: Any, now: Any
) -> None:
    price(cup, 6000)
    assert sweep(now, now + HOUR / 2, now + HOUR, now + HOUR, now + 30 * DAY) == [0, 0, 1, 0, 0]
    (notice,) = told(cast.jonas)
    assert (notice.topic, notice.title) == ("wish-price", "Celadon cup · ¥60")
    assert Wish.objects.get().mark_minor == 6000


def test_a_fall_of_less_than_an_hour_is_not_told(
    asked: Wish, cup: Any, cast: Any, price: Any, told: Any, now: Any
) -> None:
    price(cup, 6000)
    sweep(now)
    price(cup, 6800)
    assert sweep(now + HOUR / 2, now + 2 * HOUR) == [0, 0]
    price(cup, 6000)
    assert sweep(now + 3 * HOUR) == [0]
    assert told(cast.jonas) == []


def test_each_further_fall_is_told_and_at_most_one_in_a_week_even_when_asked_anew(
    asked: Wish, cup: Any, cast: Any, price: Any, fresh: Any, now: Any
) -> None:
    price(cup, 6000)
    assert sweep(now, now + HOUR) == [0, 1]
    price(cup, 5000)
    assert sweep(now + DAY, now + 2 * DAY) == [0, 0]
    wishing.take_off(product=cup.product, person=cast.jonas, now=now + 2 * DAY)
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now + 2 * DAY)
    watching.ask(product=fresh(cup), person=cast.jonas, now=now + 2 * DAY)
    price(cup, 4000)
    assert sweep(now + 3 * DAY, now + 4 * DAY, now + 9 * DAY) == [0, 0, 1]


def test_nothing_is_told_of_what_is_sold_out_not_asked_or_bought(
    asked: Wish, cup: Any, cast: Any, price: Any, stock: Any, fresh: Any, order_of: Any,
    capture: Any, told: Any, now: Any,
) -> None:  # fmt: skip
    wishing.wish(product=fresh(cup), person=cast.lan, now=now)
    price(cup, 6000)
    stock(cup, 0)
    assert sweep(now, now + 2 * HOUR) == [0, 0]
    stock(cup, 3)
    capture(order_of((cup, 1), person=cast.jonas, at=now), at=now)
    told(cast.jonas)
    assert Wish.objects.get(person=cast.jonas).bought_at is not None
    assert sweep(now + 3 * HOUR, now + 5 * HOUR) == [0, 0]
    assert told(cast.lan) == []


def test_one_asks_at_a_wish_only_and_twice_keeps_the_first_price(
    asked: Wish, cup: Any, pot: Any, cast: Any, price: Any, fresh: Any, now: Any
) -> None:
    price(cup, 7000)
    watching.ask(product=fresh(cup), person=cast.jonas, now=now)
    assert Wish.objects.get().mark_minor == 6800
    with pytest.raises(WrongMoment):
        watching.ask(product=fresh(pot), person=cast.jonas, now=now)
    watching.stop(product=cup.product, person=cast.jonas, now=now)
    watching.stop(product=cup.product, person=cast.jonas, now=now)
    assert Wish.objects.get().mark_minor is None


def test_a_word_that_was_promised_is_not_said_to_who_stopped_asking(
    asked: Wish, cup: Any, cast: Any, price: Any, told: Any, now: Any
) -> None:
    price(cup, 6000)
    assert sweep(now, now + HOUR) == [0, 1]
    watching.stop(product=cup.product, person=cast.jonas, now=now)
    assert told(cast.jonas) == []


def test_the_sweep_costs_as_many_statements_for_many_wishes(
    asked: Wish, cup: Any, new_person: Any, new_variant: Any, fresh: Any, now: Any
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            watching.look_at_prices(now=now)
        return len(seen)

    few = count()
    person = new_person("Many")
    for n in range(20):
        variant = new_variant(f"Bowl {n}")
        wishing.wish(product=fresh(variant), person=person, now=now)
        watching.ask(product=fresh(variant), person=person, now=now)
    assert count() == few


def test_an_archived_product_is_watched_no_more(asked: Wish, cup: Any, now: Any) -> None:
    Product.objects.filter(pk=cup.product_id).update(state="archived")
    sweep(now)
    assert Wish.objects.get().mark_minor is None
