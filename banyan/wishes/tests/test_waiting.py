"""Back in stock: the first who asked is told first, once, and no more than there are pieces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.catalog.actions import variants
from banyan.catalog.models import Product, Variant
from banyan.core.refusals import WrongMoment
from banyan.wishes import rules
from banyan.wishes.actions import waiting
from banyan.wishes.models import Wait

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queue(cup: Any, cast: Any, stock: Any, now: Any) -> list[Any]:
    """Jonas, Lan and Kenji wait for the cup, in this order."""
    stock(cup, 0)
    people = [cast.jonas, cast.lan, cast.kenji]
    for n, person in enumerate(people):
        waiting.ask(variant=cup, person=person, now=now - (9 - n) * MINUTE)
    return people


def states(cup: Any) -> list[str]:
    return list(Wait.objects.filter(variant=cup).order_by("asked_at").values_list("state", flat=1))


def test_the_first_who_asked_are_told_once_and_no_more_than_there_are_pieces(
    cup: Any, cast: Any, queue: list[Any], told: Any, now: Any
) -> None:
    assert told(cast.jonas) == []
    variants.adjust(variant=cup, step=2, by=cast.mei, now=now, why="received")
    (notice,) = told(cast.jonas)
    assert (notice.topic, notice.title, notice.lang) == ("wish-stock", "Celadon cup", "en")
    assert notice.url.endswith("/kiln/shop/celadon-cup")
    assert len(told(cast.lan)) == 1
    assert told(cast.kenji) == []
    assert states(cup) == [rules.TOLD, rules.TOLD, rules.WAITING]
    for _again in range(3):
        waiting.tell_next(now=timezone.now())
    assert len(told(cast.jonas)) == 1


def test_after_a_day_the_next_are_told_as_long_as_pieces_remain(
    cup: Any, queue: list[Any], stock: Any, now: Any
) -> None:
    stock(cup, 1)
    assert waiting.tell_next(now=now) == 1
    assert waiting.tell_next(now=now + timedelta(hours=23)) == 0
    assert waiting.tell_next(now=now + timedelta(hours=25)) == 1
    assert states(cup) == [rules.TOLD, rules.TOLD, rules.WAITING]
    stock(cup, 0)
    assert waiting.tell_next(now=now + timedelta(days=9)) == 0


def test_who_buys_makes_room_and_is_told_nothing_more(
    cup: Any, cast: Any, queue: list[Any], stock: Any, order_of: Any, capture: Any, told: Any,
    now: Any,
) -> None:  # fmt: skip
    stock(cup, 2)
    waiting.tell_next(now=now)
    capture(order_of((cup, 1), person=cast.jonas, at=now), at=now)
    told(cast.jonas)
    assert states(cup) == [rules.BOUGHT, rules.TOLD, rules.WAITING]
    stock(cup, 9)
    told(cast.kenji)
    assert states(cup) == [rules.BOUGHT, rules.TOLD, rules.TOLD]


def test_what_is_bought_between_promise_and_word_is_not_told(
    cup: Any, cast: Any, queue: list[Any], stock: Any, told: Any, now: Any
) -> None:
    stock(cup, 1)
    waiting.tell_next(now=now)
    Wait.objects.filter(person=cast.jonas).update(state=rules.BOUGHT)
    assert told(cast.jonas) == []


def test_asking_twice_keeps_the_place_and_asking_anew_takes_the_last(
    cup: Any, cast: Any, queue: list[Any], now: Any
) -> None:
    first = Wait.objects.get(person=cast.jonas).asked_at
    waiting.ask(variant=cup, person=cast.jonas, now=now)
    assert Wait.objects.get(person=cast.jonas).asked_at == first
    waiting.withdraw(variant=cup, person=cast.jonas, now=now)
    waiting.withdraw(variant=cup, person=cast.jonas, now=now)
    assert states(cup)[0] == rules.WITHDRAWN
    waiting.ask(variant=cup, person=cast.jonas, now=now)
    order = list(Wait.objects.order_by("asked_at").values_list("person", flat=True))
    assert order == [cast.lan.pk, cast.kenji.pk, cast.jonas.pk]


def test_who_was_told_and_came_too_late_may_ask_again(
    cup: Any, cast: Any, queue: list[Any], stock: Any, told: Any, now: Any
) -> None:
    stock(cup, 1)
    waiting.tell_next(now=now - timedelta(hours=1))
    stock(cup, 0)
    waiting.ask(variant=cup, person=cast.jonas, now=now)
    assert Wait.objects.get(person=cast.jonas).state == rules.WAITING
    stock(cup, 9)
    assert waiting.tell_next(now=now) == 3
    assert len(told(cast.jonas)) == 1  # what was promised before they asked anew is not said twice


def test_only_what_is_sold_out_and_still_sold_can_be_waited_for(
    cup: Any, cast: Any, stock: Any, now: Any
) -> None:
    with pytest.raises(waiting.StillThere):
        waiting.ask(variant=cup, person=cast.jonas, now=now)
    stock(cup, 0)
    cup.retired_at = now
    with pytest.raises(WrongMoment):
        waiting.ask(variant=cup, person=cast.jonas, now=now)
    assert not Wait.objects.exists()


def test_nobody_waits_for_what_is_archived_and_a_draft_tells_nobody(
    cup: Any, cast: Any, queue: list[Any], stock: Any, now: Any
) -> None:
    Product.objects.filter(pk=cup.product_id).update(state="draft")
    stock(cup, 5)
    assert waiting.tell_next(now=now) == 0
    assert set(states(cup)) == {rules.WAITING}
    Product.objects.filter(pk=cup.product_id).update(state="archived")
    assert waiting.tell_next(now=now) == 0
    assert set(states(cup)) == {rules.GONE}


def test_pieces_that_are_not_counted_are_for_everybody(
    cup: Any, queue: list[Any], now: Any
) -> None:
    Variant.objects.filter(pk=cup.pk).update(is_tracked=False)
    assert waiting.tell_next(now=now) == 3


def test_whoever_cannot_read_the_shop_any_more_is_not_told(
    cup: Any, kiln: Any, cast: Any, stock: Any, told: Any, now: Any
) -> None:
    from banyan.communities.models import Community

    stock(cup, 0)
    waiting.ask(variant=cup, person=cast.rafe, now=now)
    waiting.ask(variant=cup, person=cast.jonas, now=now)
    Community.objects.filter(pk=kiln.pk).update(visibility="members")
    stock(cup, 5)
    assert told(cast.rafe) == []
    assert len(told(cast.jonas)) == 1
