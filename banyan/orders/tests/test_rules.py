"""Rules need no database."""

from __future__ import annotations

import itertools
import random

import pytest

from banyan.orders import rules
from banyan.orders.rules import Item


def item(variant=1, quantity=1, unit=1000, **more):
    return Item(variant_id=variant, quantity=quantity, unit_minor=unit, **more)


def test_a_number_is_a_letter_and_six_signs_nobody_mistakes():
    assert rules.number_of("kiln", 0) == "K-000000"
    assert rules.number_of("kiln", 2**30 - 1) == "K-ZZZZZZ"
    assert not set("ILOU") & set(rules.SIGNS)
    assert len(rules.SIGNS) == 32
    assert len({rules.number_of("kiln", n) for n in range(5000)}) == 5000


def test_several_partial_refunds_add_up_to_exactly_what_was_paid():
    dice = random.Random(7)
    for _ in range(300):
        quantity, total = dice.randint(1, 12), dice.randint(0, 10_000)
        parts, back = [], 0
        while back < quantity:
            more = dice.randint(1, quantity - back)
            parts.append(rules.slice_of(total, quantity, back, more))
            back += more
        assert sum(parts) == total
        assert all(part >= 0 for part in parts)


def test_the_order_of_partial_refunds_makes_at_most_one_unit_difference():
    for quantity, total in itertools.product(range(1, 8), (0, 1, 5, 100, 101, 9999)):
        for n in range(quantity + 1):
            assert abs(rules.target(total, quantity, n) - total * n / quantity) < quantity
            each = rules.slice_of(total, quantity, 0, 1)
            assert each in (total // quantity, total // quantity + 1)


def test_more_pieces_than_were_bought_are_refused():
    with pytest.raises(ValueError):
        rules.target(1000, 2, 3)
    with pytest.raises(ValueError):
        rules.slice_of(1000, 2, 1, 2)


def test_post_is_free_from_its_threshold_on():
    items = [item(quantity=2, unit=5000)]
    assert rules.post_minor(items, price_minor=1200, free_over_minor=None) == 1200
    assert rules.post_minor(items, price_minor=1200, free_over_minor=10001) == 1200
    assert rules.post_minor(items, price_minor=1200, free_over_minor=10000) == 0


def test_a_rate_serves_its_regions_and_weights():
    items = [item(quantity=3, grams=400), item(variant=2, grams=5000, needs_post=False)]
    assert rules.fits(items, country="CN", regions=[], most_grams=None)
    assert rules.fits(items, country="CN", regions=["CN", "HK"], most_grams=1200)
    assert not rules.fits(items, country="DE", regions=["CN", "HK"], most_grams=None)
    assert not rules.fits(items, country="CN", regions=["CN"], most_grams=1199)


def test_tax_is_contained_in_the_price_and_its_parts_add_up():
    assert rules.tax_within(11300, 1300) == 1300
    assert rules.tax_within(11300, 0) == 0
    parts = [999, 1001, 333]
    split = rules.tax_parts(parts, 1900)
    assert sum(split) == rules.tax_within(sum(parts), 1900)
    assert rules.tax_parts([0, 0], 1900) == [0, 0]


def test_what_was_seen_changes_with_price_count_and_variant():
    first = rules.seen([item(), item(variant=2)])
    assert first == rules.seen([item(variant=2), item()])
    assert first != rules.seen([item(unit=1001), item(variant=2)])
    assert first != rules.seen([item(quantity=2), item(variant=2)])
    assert first != rules.seen([item()])


def test_a_completed_order_moves_no_more():
    assert rules.MOVES[rules.COMPLETED] == ()
    assert rules.MOVES[rules.CANCELLED] == ()
    assert rules.PAID in rules.MOVES[rules.EXPIRED]
