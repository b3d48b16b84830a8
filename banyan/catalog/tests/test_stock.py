"""Stock is reserved, released, taken out and put back; never more than there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banyan.catalog import rules, stock
from banyan.catalog.actions import products, variants
from banyan.catalog.models import Product, StockChange, Variant
from banyan.core.refusals import WrongMoment

pytestmark = pytest.mark.django_db


@pytest.fixture
def bowl(new_product: Any) -> Any:
    return Variant.objects.get(product=new_product(on_hand=5))


def counts(variant: Any) -> tuple[int, int]:
    variant.refresh_from_db()
    return variant.on_hand, variant.reserved


def test_a_piece_goes_from_the_shelf_to_a_buyer(bowl: Any) -> None:
    stock.reserve(bowl.pk, 2)
    assert (*counts(bowl), bowl.left) == (5, 2, 3)
    stock.take_out(bowl.pk, 2)
    assert counts(bowl) == (3, 0)
    assert Product.objects.get(pk=bowl.product_id).sold_count == 2


def test_a_released_piece_can_be_bought_again(bowl: Any) -> None:
    stock.reserve(bowl.pk, 5)
    stock.release(bowl.pk, 5)
    stock.reserve(bowl.pk, 5)
    assert counts(bowl) == (5, 5)


def test_a_returned_piece_stands_on_the_shelf_again(bowl: Any) -> None:
    stock.reserve(bowl.pk, 1)
    stock.take_out(bowl.pk, 1)
    stock.put_back(bowl.pk, 1)
    assert counts(bowl) == (5, 0)
    assert Product.objects.get(pk=bowl.product_id).sold_count == 0


def test_who_asks_for_more_than_is_left_is_told_how_many_are(bowl: Any) -> None:
    stock.reserve(bowl.pk, 3)
    with pytest.raises(stock.OutOfStock, match="Only 2 pieces of Tenmoku bowl are left"):
        stock.reserve(bowl.pk, 3)
    stock.reserve(bowl.pk, 2)
    with pytest.raises(stock.OutOfStock, match="Tenmoku bowl is sold out"):
        stock.reserve(bowl.pk, 1)
    assert counts(bowl) == (5, 5)


def test_what_is_not_for_sale_cannot_be_reserved(bowl: Any, cast: Any, now: Any) -> None:
    product = Product.objects.get(pk=bowl.product_id)
    products.unpublish(product=product, by=cast.mei, now=now)
    with pytest.raises(stock.OutOfStock):
        stock.reserve(bowl.pk, 1)
    products.publish(product=product, by=cast.mei, now=now)
    Variant.objects.filter(pk=bowl.pk).update(retired_at=now)
    with pytest.raises(stock.OutOfStock):
        stock.reserve(bowl.pk, 1)


def test_what_was_not_reserved_is_neither_released_nor_sold(bowl: Any) -> None:
    stock.reserve(bowl.pk, 1)
    for verb in (stock.release, stock.take_out):
        with pytest.raises(WrongMoment):
            verb(bowl.pk, 2)
    stock.release(bowl.pk, 1)
    with pytest.raises(WrongMoment):
        stock.release(bowl.pk, 1)
    assert counts(bowl) == (5, 0)


@pytest.mark.parametrize("n", [0, -1])
def test_stock_moves_by_whole_pieces(bowl: Any, n: int) -> None:
    for verb in (stock.reserve, stock.release, stock.take_out, stock.put_back):
        with pytest.raises(ValueError, match="at least one"):
            verb(bowl.pk, n)


def test_what_is_not_counted_never_runs_out(new_product: Any) -> None:
    lesson = Variant.objects.get(product=new_product("Lesson", on_hand=0, is_tracked=False))
    stock.reserve(lesson.pk, 500)
    stock.take_out(lesson.pk, 500)
    assert counts(lesson) == (0, 0)


def test_the_table_itself_refuses_to_oversell(bowl: Any) -> None:
    for change in ({"reserved": 6}, {"on_hand": -1}, {"reserved": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=bowl.pk).update(**change)


# By hand


def test_a_change_by_hand_says_who_when_and_why(bowl: Any, cast: Any, now: Any) -> None:
    variants.adjust(variant=bowl, step=-2, by=cast.mei, now=now, why=rules.LOST, note="Dropped")
    change = StockChange.objects.get(variant=bowl)
    assert (change.step, change.on_hand, change.why, change.note) == (-2, 3, "lost", "Dropped")
    assert (change.by, change.at) == (cast.mei, now)


def test_reserved_pieces_cannot_be_counted_away(bowl: Any, cast: Any, now: Any) -> None:
    stock.reserve(bowl.pk, 4)
    with pytest.raises(variants.LessThanReserved):
        variants.adjust(variant=bowl, step=-2, by=cast.mei, now=now, why=rules.LOST)
    with pytest.raises(variants.LessThanReserved):
        variants.count(variant=bowl, to=3, seen=5, by=cast.mei, now=now)
    assert counts(bowl) == (5, 4)
    assert not StockChange.objects.exists()


def test_a_count_is_refused_when_a_sale_came_in_between(bowl: Any, cast: Any, now: Any) -> None:
    stock.reserve(bowl.pk, 1)
    stock.take_out(bowl.pk, 1)
    with pytest.raises(WrongMoment):
        variants.count(variant=bowl, to=9, seen=5, by=cast.mei, now=now)
    assert counts(bowl) == (4, 0)


def test_counting_begins_only_when_nothing_is_oversold(new_product: Any) -> None:
    lesson = Variant.objects.get(product=new_product("Lesson", on_hand=0, is_tracked=False))
    stock.reserve(lesson.pk, 3)
    with pytest.raises(variants.LessThanReserved):
        variants.track(variant=lesson, is_tracked=True)
