"""The list: on it, off it, what leaving and erasing do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.catalog.models import Product
from banyan.communities import actions as communities
from banyan.core.refusals import WrongMoment
from banyan.people import privacy
from banyan.wishes import queries, rules
from banyan.wishes.actions import waiting, watching, wishing
from banyan.wishes.models import Wait, Wish

pytestmark = pytest.mark.django_db


def test_a_wish_keeps_the_price_of_its_day_and_twice_is_once(
    cup: Any, cast: Any, fresh: Any, price: Any, now: Any
) -> None:
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    price(cup, 5000)
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    one = Wish.objects.get()
    assert (one.price_minor, one.state) == (6800, rules.KEPT)
    row = queries.row_of(fresh(cup), person=cast.jonas, member=None)
    assert row is not None
    assert (row.difference_minor, row.difference.minor) == (-1800, 1800)


def test_taken_off_and_wished_again_begins_with_todays_price(
    cup: Any, cast: Any, fresh: Any, price: Any, now: Any
) -> None:
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    wishing.take_off(product=cup.product, person=cast.jonas, now=now)
    wishing.take_off(product=cup.product, person=cast.jonas, now=now)
    assert Wish.objects.get().state == rules.TAKEN_OFF
    price(cup, 5000)
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    assert (Wish.objects.get().price_minor, Wish.objects.get().state) == (5000, rules.KEPT)


def test_what_is_not_in_the_shop_cannot_be_wished_for(
    cup: Any, cast: Any, fresh: Any, now: Any
) -> None:
    Product.objects.filter(pk=cup.product_id).update(state="archived")
    with pytest.raises(WrongMoment):
        wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    assert not Wish.objects.exists()


def test_a_list_is_full_at_three_hundred(
    cup: Any, cast: Any, fresh: Any, now: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rules, "MOST_WISHES", 0)
    with pytest.raises(wishing.ListFull):
        wishing.wish(product=fresh(cup), person=cast.jonas, now=now)


def test_who_leaves_or_is_put_out_is_told_nothing_more_and_keeps_the_list(
    cup: Any, pot: Any, kiln: Any, cast: Any, member_of: Any, fresh: Any, stock: Any, now: Any
) -> None:
    stock(pot, 0)
    for person in (cast.jonas, cast.lan):
        wishing.wish(product=fresh(cup), person=person, now=now)
        watching.ask(product=fresh(cup), person=person, now=now)
        waiting.ask(variant=pot, person=person, now=now)
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    assert set(Wait.objects.values_list("state", flat=True)) == {rules.WITHDRAWN}
    assert set(Wish.objects.values_list("state", "mark_minor")) == {(rules.KEPT, None)}


def test_erasing_a_person_leaves_none_of_it(
    cup: Any, pot: Any, cast: Any, fresh: Any, stock: Any, now: Any
) -> None:
    stock(pot, 0)
    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    waiting.ask(variant=pot, person=cast.jonas, now=now)
    privacy.erase(person=cast.jonas, now=now)
    assert not Wish.objects.exists()
    assert not Wait.objects.exists()


def test_what_is_over_is_forgotten_after_a_month(
    cup: Any, pot: Any, cast: Any, fresh: Any, stock: Any, now: Any
) -> None:
    stock(pot, 0)
    for product in (cup, pot):
        wishing.wish(product=fresh(product), person=cast.jonas, now=now)
    wishing.take_off(product=cup.product, person=cast.jonas, now=now)
    waiting.ask(variant=pot, person=cast.jonas, now=now)
    waiting.withdraw(variant=pot, person=cast.jonas, now=now)
    assert wishing.forget_over(now=now + timedelta(days=29)) == 0
    assert wishing.forget_over(now=now + timedelta(days=31)) == 2
    assert list(Wish.objects.values_list("product", flat=True)) == [pot.product_id]


def test_a_product_that_is_deleted_takes_the_wishes_with_it(
    cup: Any, cast: Any, fresh: Any, now: Any
) -> None:
    from banyan.catalog.actions import products

    wishing.wish(product=fresh(cup), person=cast.jonas, now=now)
    Product.objects.filter(pk=cup.product_id).update(state="draft")
    products.delete_draft(product=fresh(cup))
    assert not Wish.objects.exists()


def test_the_shop_sees_numbers_from_five_on_and_nobody(
    cup: Any, pot: Any, kiln: Any, new_person: Any, fresh: Any, now: Any, stock: Any
) -> None:
    stock(pot, 0)
    for n in range(6):
        person = new_person(f"Wisher {n}")
        wishing.wish(product=fresh(cup), person=person, now=now)
        if n < 4:
            waiting.ask(variant=pot, person=person, now=now)
    assert queries.figures_of([cup.product_id])[cup.product_id].shown == {
        "wishes": 6, "waits": None, "watches": None,
    }  # fmt: skip
    assert [product.pk for product, _shown in queries.most_wished(kiln)] == [cup.product_id]
