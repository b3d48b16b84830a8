from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.sharing import rules

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_touch_counts_until_its_window_is_over() -> None:
    assert rules.in_window(NOW, now=NOW + timedelta(days=7, seconds=-1), days=7)
    assert not rules.in_window(NOW, now=NOW + timedelta(days=7), days=7)
    assert not rules.in_window(NOW + timedelta(seconds=1), now=NOW, days=7)


@pytest.mark.parametrize(
    ("base", "rates", "cap", "parts"),
    [
        (6800, [1000], None, [680]),
        (6899, [1000], None, [689]),
        (6800, [1000], 500, [500]),
        (6800, [1000, 200], None, [680, 136]),
        (6800, [1000, 200], 600, [500, 100]),
        (0, [1000, 200], 600, [0, 0]),
    ],
)
def test_a_commission_is_a_share_of_the_goods_up_to_the_cap(
    base: int, rates: list[int], cap: int | None, parts: list[int]
) -> None:
    assert rules.commission_of(base, rates_bp=rates, cap_minor=cap) == parts


@given(
    base=st.integers(0, 10**9),
    rates=st.lists(st.integers(1, 2500), min_size=1, max_size=2),
    cap=st.one_of(st.none(), st.integers(0, 10**6)),
)
def test_payees_together_never_get_more_than_the_cap_or_the_rate(
    base: int, rates: list[int], cap: int | None
) -> None:
    parts = rules.commission_of(base, rates_bp=rates, cap_minor=cap)
    assert all(part >= 0 for part in parts)
    assert sum(parts) * 10_000 <= base * sum(rates)
    assert cap is None or sum(parts) <= cap


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**6), max_size=6))
def test_what_is_taken_back_by_target_ends_exactly_at_all_of_it(
    accrued: int, targets: list[int]
) -> None:
    back = 0
    for target in [*sorted((min(t, accrued) for t in targets), reverse=True), 0]:
        back += rules.to_reverse(accrued=accrued, target=target, reversed_before=back)
        assert back == accrued - target
    assert rules.to_reverse(accrued=accrued, target=accrued, reversed_before=back) == 0


def test_words_that_press_people_to_share_are_found() -> None:
    assert rules.forcing_words("转发领红包，Share to win") == ["转发领", "share to win"]
    assert rules.forcing_words("Tenmoku bowl 天目碗") == []
