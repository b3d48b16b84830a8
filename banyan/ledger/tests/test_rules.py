from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.core.money import largest_remainder
from banyan.ledger import export, rules
from banyan.ledger.rules import Leg


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
)
def test_parts_of_a_split_are_whole_exact_and_within_one_of_their_share(
    total: int, weights: list[int]
) -> None:
    """L13."""
    parts = largest_remainder(total, weights)
    whole = sum(weights) or len(weights)
    shares = weights if sum(weights) else [1] * len(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, shares, strict=True):
        assert part >= 0
        assert abs(part * whole - total * weight) < whole


@given(st.lists(st.tuples(st.sampled_from(["sales", "psp.sandbox", "bank"]), st.integers())))
def test_what_does_not_sum_to_zero_is_no_entry(pairs: list[tuple[str, int]]) -> None:
    """L1, before anything is written."""
    small = [(code, minor % 1000 - 500) for code, minor in pairs]
    legs = [Leg(code, minor) for code, minor in small]
    even = sum(minor for _, minor in small) == 0 and any(minor for _, minor in small)
    if even:
        assert sum(leg.minor for leg in rules.checked(legs, currency="CNY", book_id=1)) == 0
    else:
        with pytest.raises(rules.BadLegs):
            rules.checked(legs, currency="CNY", book_id=1)


def test_every_family_of_the_chart_has_a_name_in_the_export() -> None:
    names = set()
    for name, family in rules.CHART.items():
        rest = {"leaf": ["bought"], "cost": ["traffic"]}.get(name, ["a1"] * family.parts)
        names.add(export.account_name(".".join([name, *rest])))
    assert len(names) == len(rules.CHART)
    assert export.account_name("refund_clearing.01abc") == "Liabilities:RefundClearing:01abc"
    assert export.account_name("psp.sandbox") == "Assets:Psp:Sandbox"


def test_money_owed_to_others_is_guarded_and_the_busy_accounts_are_not() -> None:
    owed = {name for name, family in rules.CHART.items() if family.group == rules.LIABILITIES}
    assert {name for name in owed if not rules.CHART[name].guarded} == {"tax_payable"}
    for busy in ("psp", "bank", "sales", "shipping", "psp_fee", "cost"):
        assert not rules.CHART[busy].guarded


def test_the_fingerprint_is_of_what_moves_and_not_of_when() -> None:
    legs = [Leg("psp.sandbox", 5, "o"), Leg("sales", -5, "o")]
    same = rules.fingerprint(kind="k", memo="", reverses=None, legs=list(legs))
    assert rules.fingerprint(kind="k", memo="", reverses=None, legs=legs) == same
    for other in (
        rules.fingerprint(kind="k2", memo="", reverses=None, legs=legs),
        rules.fingerprint(kind="k", memo="m", reverses=None, legs=legs),
        rules.fingerprint(kind="k", memo="", reverses=1, legs=legs),
        rules.fingerprint(kind="k", memo="", reverses=None, legs=legs[::-1]),
    ):
        assert other != same
