"""Pure: who is told next, and when a price has fallen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from banyan.wishes import rules

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_no_more_are_told_than_there_are_pieces() -> None:
    assert rules.room(3, 0) == 3
    assert rules.room(3, 2) == 1
    assert rules.room(1, 4) == 0
    assert rules.room(None, 9) is None


def test_a_fall_is_told_after_it_has_stood_an_hour_and_is_the_next_mark() -> None:
    seen, is_due = rules.look(rules.Watch(9000), 8000, NOW)
    assert (seen, is_due) == (rules.Watch(9000, 8000, NOW), False)
    assert rules.look(seen, 8000, NOW + 59 * MINUTE) == (seen, False)
    after, is_due = rules.look(seen, 8000, NOW + HOUR)
    assert (after, is_due) == (rules.Watch(8000, told_at=NOW + HOUR), True)
    assert rules.look(after, 8000, NOW + 99 * DAY) == (after, False)


def test_a_price_that_comes_back_within_the_hour_is_forgotten() -> None:
    seen, _ = rules.look(rules.Watch(9000), 8000, NOW)
    back, is_due = rules.look(seen, 9000, NOW + 30 * MINUTE)
    assert (back, is_due) == (rules.Watch(9000), False)


def test_a_price_that_falls_further_begins_its_hour_anew() -> None:
    seen, _ = rules.look(rules.Watch(9000), 8000, NOW)
    further, is_due = rules.look(seen, 5000, NOW + 59 * MINUTE)
    assert (further.low_minor, further.low_since, is_due) == (5000, NOW + 59 * MINUTE, False)
    assert not rules.look(further, 5000, NOW + HOUR)[1]


def test_the_next_fall_within_a_week_waits_until_the_week_is_over() -> None:
    first = rules.Watch(8000, told_at=NOW)
    seen, _ = rules.look(first, 7000, NOW + DAY)
    assert not rules.look(seen, 7000, NOW + 6 * DAY)[1]
    assert rules.look(seen, 7000, NOW + 7 * DAY) == (
        rules.Watch(7000, told_at=NOW + 7 * DAY), True,
    )  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(1, 4000)), max_size=60))
def test_whatever_prices_do_notices_are_a_week_apart_and_each_is_lower(
    steps: list[tuple[int, int]],
) -> None:
    watch, now, told = rules.Watch(6), NOW, []
    history: list[tuple[datetime, int]] = []
    for price, minutes in steps:
        now += minutes * MINUTE
        history.append((now, price))
        watch, is_due = rules.look(watch, price, now)
        if is_due:
            told.append((now, price))
            stood = [p for at, p in history if now - at <= HOUR]
            assert set(stood) == {price}
    for (earlier, above), (later, below) in pairwise(told):
        assert later - earlier >= rules.BETWEEN_NOTICES
        assert below < above
    assert all(price < 6 for _at, price in told)


def test_numbers_below_five_are_not_named() -> None:
    assert [rules.count_shown(n) for n in (0, 1, 4, 5, 12)] == [None, None, None, 5, 12]
