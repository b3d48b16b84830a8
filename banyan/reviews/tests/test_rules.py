from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.catalog.rules import Rating


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 10_000)))
def test_the_mean_is_the_nearest_tenth_of_a_star(stars: dict[int, int]) -> None:
    number = sum(stars.values())
    tenths = Rating(tuple(stars.get(n, 0) for n in range(1, 6))).mean_tenths
    if not number:
        assert tenths == 0
        return
    exact = Fraction(sum(s * n for s, n in stars.items()) * 10, number)
    assert abs(tenths - exact) <= Fraction(1, 2)
    assert 10 <= tenths <= 50


@pytest.mark.parametrize(
    ("stars", "tenths"), [({5: 1}, 50), ({5: 1, 4: 1}, 45), ({1: 1, 2: 2}, 17), ({4: 3, 3: 1}, 38)]
)
def test_halves_of_a_tenth_go_up(stars: dict[int, int], tenths: int) -> None:
    assert Rating(tuple(stars.get(n, 0) for n in range(1, 6))).mean_tenths == tenths
