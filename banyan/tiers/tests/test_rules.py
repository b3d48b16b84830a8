from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.tiers import rules


def test_a_month_ends_on_its_last_day_where_the_day_is_missing():
    assert rules.after(date(2027, 1, 31), rules.MONTH) == date(2027, 2, 28)
    assert rules.after(date(2028, 1, 31), rules.MONTH) == date(2028, 2, 29)
    assert rules.after(date(2027, 12, 5), rules.MONTH) == date(2028, 1, 5)
    assert rules.after(date(2028, 2, 29), rules.YEAR) == date(2029, 2, 28)


def test_a_day_begins_where_the_community_is():
    late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert rules.day_of(late, "Asia/Shanghai") == date(2026, 11, 23)
    assert rules.day_of(late, "Europe/Berlin") == date(2026, 11, 22)
    assert rules.next_day_at(late, "Europe/Berlin") == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


@given(value=st.integers(0, 10**9), days=st.integers(1, 400), cut=st.integers(1, 399))
def test_what_days_earn_never_falls_and_is_whole_at_the_end_also_in_two_parts(value, days, cut):
    start = date(2026, 1, 1)

    def day(n: int) -> date:
        return date.fromordinal(start.toordinal() + n)

    last = 0
    for n in range(-1, days + 2):
        now = rules.earned(value, starts_on=start, ends_on=day(days), on=day(n))
        assert last <= now <= value
        last = now
    assert last == value
    cut = min(cut, days)
    first = rules.earned(value, starts_on=start, ends_on=day(days), on=day(cut))
    for n in range(cut):
        part = rules.earned(first, starts_on=start, ends_on=day(cut), on=day(n))
        whole = rules.earned(value, starts_on=start, ends_on=day(days), on=day(n))
        assert part <= whole <= part + 1


@given(
    low=st.integers(1, 10**7), high=st.integers(1, 10**7), days=st.integers(1, 366),
    left=st.integers(0, 366),
)  # fmt: skip
def test_going_up_costs_what_both_prices_make_for_the_days_to_the_minor_unit(low, high, days, left):
    left = min(left, days)
    unused = low - low * (days - left) // days
    due = rules.to_pay(high, of_days=days, days_left=left, unused=unused)
    exact = (high - low) * left / days
    assert due >= 0
    assert abs(due - max(exact, 0)) < 1.000001


def test_going_up_on_the_first_day_costs_the_difference_and_on_the_last_next_to_nothing():
    assert rules.to_pay(9000, of_days=30, days_left=30, unused=3000) == 6000
    assert rules.to_pay(9000, of_days=30, days_left=1, unused=100) == 200
    assert rules.to_pay(2000, of_days=30, days_left=15, unused=1500) == 0


def test_reminders_come_before_the_end_and_three_times_in_the_grace():
    end, grace = date(2026, 12, 22), date(2026, 12, 29)

    def step(state: str, day: int) -> int:
        on = date(2026, 12, day)
        return rules.reminder(state, until_on=end, grace_until_on=grace, on=on)

    assert [step(rules.ACTIVE, day) for day in (18, 19, 21)] == [0, rules.SOON, rules.SOON]
    assert [step(rules.GRACE, day) for day in (22, 25, 28)] == [rules.LATE, rules.STILL, rules.LAST]
    assert step(rules.CANCELLED, 21) == 0


def test_what_is_given_back_comes_out_of_the_first_that_has_it():
    assert rules.take_from([500, 3000], 700) == [500, 200]
    with pytest.raises(ValueError, match="more than there is"):
        rules.take_from([500], 501)
