from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from banyan.habits import rules
from banyan.habits.rules import Row

MONDAY = date(2026, 11, 23)


def walk(*days: int) -> Row:
    row = Row()
    for n in days:
        step = rules.check_in(row, MONDAY + timedelta(days=n))
        assert step is not None
        row = step.row
    return row


def test_seven_in_a_row_earn_grace_and_no_more_than_two_are_kept():
    assert walk(*range(6)).grace == 0
    assert walk(*range(7)).grace == 1
    assert walk(*range(14)).grace == 2
    assert walk(*range(28)).grace == 2


def test_grace_mends_all_missed_days_or_none():
    two = tuple(range(14))
    assert (walk(*two, 16).days, walk(*two, 16).grace) == (15, 0)
    assert (walk(*two, 17).days, walk(*two, 17).grace) == (1, 2)


def test_a_day_is_never_counted_again_nor_an_earlier_one():
    row = walk(3)
    for n in (3, 2, 0, -9):
        assert rules.check_in(row, MONDAY + timedelta(days=n)) is None


def test_a_row_is_shown_as_long_as_it_can_still_go_on():
    row = walk(*range(7))
    last = MONDAY + timedelta(days=6)
    assert rules.days_now(row, last) == rules.days_now(row, last + timedelta(days=1)) == 7
    assert rules.days_now(row, last + timedelta(days=2)) == 7  # grace would mend it
    assert rules.days_now(row, last + timedelta(days=3)) == 0


@given(st.lists(st.integers(0, 3), max_size=90))
def test_breaking_a_row_never_gives_more_than_keeping_it(gaps: list[int]):
    def total(steps: list[int]) -> int:
        row, day, sum_ = Row(), MONDAY, 0
        for gap in steps:
            day += timedelta(days=gap + 1)
            step = rules.check_in(row, day)
            assert step is not None
            row = step.row
            assert 0 <= row.grace <= rules.GRACE_MOST
            sum_ += rules.leaves_for(row.days, day=1, week=5, month=40)
        return sum_

    assert total(gaps) <= total([0] * len(gaps))


@given(
    taps=st.lists(st.integers(0, 60 * 24 * 20), min_size=1, max_size=60),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"]),
)
def test_by_one_clock_there_are_never_more_days_than_midnights_passed(taps: list[int], zone: str):
    start = datetime(2026, 10, 20, tzinfo=UTC)
    row, first, count = Row(), None, 0
    for minutes in sorted(taps):
        day = rules.local_day(start + timedelta(minutes=minutes), zone)
        first = first or day
        if (step := rules.check_in(row, day)) is not None:
            row, count = step.row, count + 1
        assert count <= (day - first).days + 1


def test_the_week_is_the_communitys_and_lasts_seven_of_its_days():
    late = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)  # Sunday, 23:59 in Shanghai
    assert rules.week_of(late, "Asia/Shanghai") == date(2026, 11, 16)
    assert rules.week_of(late + timedelta(minutes=1), "Asia/Shanghai") == MONDAY
    since, until = rules.week_between(date(2026, 10, 26), "America/New_York")
    assert until - since == timedelta(days=7, hours=1)  # clocks go back in it


def test_points_for_money_are_whole_and_never_below_nothing():
    assert rules.points_for(1999, 1000) == 1
    assert rules.points_for(-5, 1000) == rules.points_for(5000, 0) == 0


def test_the_highest_level_reached_counts_whatever_their_order():
    ladder = [(50, 3), (0, 1), (10, 2)]
    assert [rules.level_at(n, ladder) for n in (0, 10, 49, 50)] == [1, 2, 2, 3]
    assert rules.level_at(9, [(10, 2)]) is None


def test_the_shelf_tells_days_mended_days_and_today_apart():
    today = MONDAY
    shown = rules.shelf(today, [today - timedelta(days=2)], [today - timedelta(days=1)])
    assert [state for _day, state in shown[-3:]] == [rules.DONE, rules.MENDED, rules.TODAY]
    assert len(shown) == rules.SHELF_DAYS
