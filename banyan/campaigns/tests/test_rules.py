"""Steps, verdicts and deadlines: no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from banyan.campaigns import rules

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEPS = [(3, 178), (6, 158), (10, 138)]


@pytest.mark.parametrize(
    ("steps", "size", "fault"),
    [
        (STEPS, 10, ""),
        ([(2, 1)], 2, ""),
        ([], 10, rules.NO_STEPS),
        ([(n, 100 - n) for n in range(2, 8)], 10, rules.NO_STEPS),
        ([(1, 178)], 10, rules.TOO_FEW),
        ([(3, 0)], 10, rules.NO_PRICE),
        ([(3, 178), (3, 158)], 10, rules.NOT_RISING),
        ([(3, 178), (6, 178)], 10, rules.NOT_FALLING),
        (STEPS, 9, rules.TOO_MANY_SEATS),
        ([(3, 178)], 101, rules.TOO_MANY_SEATS),
    ],
)
def test_a_plan_names_what_is_wrong_with_it(steps, size, fault):
    assert rules.fault_of(steps, size) == fault


def test_the_price_is_that_of_the_step_its_people_reach():
    assert [rules.final_price(STEPS, n) for n in (0, 2, 3, 5, 6, 9, 10, 12)] == [
        178, 178, 178, 178, 158, 158, 138, 138,
    ]  # fmt: skip
    assert rules.reached(STEPS, 2) is None
    assert rules.next_step(STEPS, 3) == (6, 158)
    assert rules.next_step(STEPS, 10) is None


def test_a_team_succeeds_from_its_lowest_step_on():
    assert rules.verdict(STEPS, 2) == rules.FAILED
    assert rules.verdict(STEPS, 3) == rules.SUCCESS
    assert rules.verdict(STEPS, 2, by_seller=True) == rules.SELLER_COMPLETED
    assert rules.verdict(STEPS, 0, by_seller=True) == rules.FAILED
    assert rules.verdict(STEPS, 9, is_stopped=True) == rules.FAILED


def test_a_deadline_is_never_later_than_the_campaigns_end():
    ends = NOW + timedelta(hours=30)
    assert rules.closes_at(NOW, hours=24, ends_at=ends) == NOW + timedelta(hours=24)
    late = NOW + timedelta(hours=20)
    assert rules.closes_at(late, hours=24, ends_at=ends) == ends


def test_a_campaign_runs_from_its_first_second_to_before_its_last():
    def is_running(state, at):
        return rules.is_running(state, starts_at=NOW, ends_at=NOW + timedelta(hours=1), now=at)

    second = timedelta(seconds=1)
    assert not is_running(rules.LIVE, NOW - second)
    assert is_running(rules.SCHEDULED, NOW)
    assert is_running(rules.LIVE, NOW + timedelta(hours=1) - second)
    assert not is_running(rules.LIVE, NOW + timedelta(hours=1))
    assert not is_running(rules.DRAFT, NOW)


def test_a_person_has_so_many_turns_and_no_more():
    assert rules.free_turn([], 1) == 1
    assert rules.free_turn([1], 1) is None
    assert rules.free_turn([1, 3], 3) == 2
