"""What a plan must hold, how the money is cut, when it is held: no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.funding import rules
from banyan.funding.forms import months_from

REWARD = rules.RewardPlan("Tile", "", 5000, None, date(2027, 3, 1), False)
WHOLE = [rules.MilestonePlan("All", 10000)]
END = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_plan_needs_a_goal_rewards_and_shares_that_make_a_whole():
    assert rules.fault_of(30000, [REWARD], WHOLE) == ""
    assert rules.fault_of(0, [REWARD], WHOLE) == rules.NO_GOAL
    assert rules.fault_of(30000, [], WHOLE) == rules.NO_REWARDS
    assert rules.fault_of(30000, [REWARD] * 7, WHOLE) == rules.NO_REWARDS
    free = rules.RewardPlan("Nothing", "", 0, None, date(2027, 3, 1), False)
    assert rules.fault_of(30000, [free], WHOLE) == rules.NO_AMOUNT
    none_left = rules.RewardPlan("None", "", 100, 0, date(2027, 3, 1), False)
    assert rules.fault_of(30000, [none_left], WHOLE) == rules.NO_AMOUNT
    assert rules.fault_of(30000, [REWARD], []) == rules.NO_MILESTONES
    short = [rules.MilestonePlan("a", 5000), rules.MilestonePlan("b", 4999)]
    assert rules.fault_of(30000, [REWARD], short) == rules.NOT_WHOLE


def test_the_goal_to_the_coin_is_enough():
    assert rules.verdict(goal_minor=100, pledged_minor=100) == rules.FUNDED
    assert rules.verdict(goal_minor=100, pledged_minor=99) == rules.FAILED


def test_thirty_percent_of_the_value_hold_the_money():
    assert rules.objections_hold(objecting_minor=30, pledged_minor=100)
    assert not rules.objections_hold(objecting_minor=29, pledged_minor=100)
    assert not rules.objections_hold(objecting_minor=0, pledged_minor=0)


def test_only_the_clock_closes_the_door():
    second = timedelta(seconds=1)
    assert rules.is_open(rules.LIVE, ends_at=END, now=END - second)
    assert not rules.is_open(rules.LIVE, ends_at=END, now=END)
    assert not rules.is_open(rules.FUNDED, ends_at=END, now=END - second)


def test_every_state_is_named_and_every_end_is_an_end():
    assert {state for state, _words in rules.PROJECT_STATES} == set(rules.PROJECT_MOVES)
    assert {state for state, _words in rules.PLEDGE_STATES} == set(rules.PLEDGE_MOVES)
    assert {state for state, _words in rules.MILESTONE_STATES} == set(rules.MILESTONE_MOVES)
    for state in (rules.CLOSED, rules.FAILED, rules.CANCELLED):
        assert rules.PROJECT_MOVES[state] == ()


def test_a_hundred_percent_stands_only_where_the_goal_is_reached():
    assert rules.percent_of(99_999, 100_000) == 99
    assert rules.percent_of(100_000, 100_000) == 100


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=12), st.integers(0, 10000))
def test_what_is_left_is_shared_to_the_coin_and_nobody_gets_more_than_they_gave(amounts, bp):
    left = sum(amounts) * bp // 10000
    parts = rules.shares_back(left, amounts)
    assert sum(parts) == left
    for part, amount in zip(parts, amounts, strict=True):
        assert 0 <= part <= amount
        assert abs(part * sum(amounts) - left * amount) < sum(amounts)  # within one coin
    assert rules.shares_back(sum(amounts), amounts) == amounts


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 9999))
def test_milestones_pay_out_the_whole(total, first):
    assert sum(rules.parts_of(total, [first, 10000 - first])) == total


def test_months_run_on_over_the_year():
    found = [value for value, _words in months_from(date(2026, 11, 23))]
    assert found[:3] == ["2026-11", "2026-12", "2027-01"]
    assert len(found) == 24
