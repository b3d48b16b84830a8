"""What a discount takes off, and which go together. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.pricing import rules
from banyan.pricing.rules import AUTOMATIC, COUPON, MEMBER, Line, Rule

SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def rule(id: int = 1, kind: str = COUPON, **given: object) -> Rule:
    terms: dict[str, object] = {"starts_at": NOW - timedelta(days=1)}
    return Rule(id=id, kind=kind, **(terms | given))  # type: ignore[arg-type]


LINES = st.lists(
    st.builds(
        Line, product_id=st.integers(1, 4), quantity=st.integers(1, 9),
        total_minor=st.integers(0, 10**9),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@SLOW
@given(
    lines=LINES,
    bp=st.integers(1, rules.WHOLE_BP),
    products=st.frozensets(st.integers(1, 4), max_size=3),
)
def test_a_percentage_is_split_exactly_and_no_line_goes_below_zero(lines, bp, products):
    one = rule(percent_bp=bp, products=products)
    left = [line.total_minor for line in lines]
    off = rules.parts(one, lines, left)
    base = sum(line.total_minor for line in lines if one.is_for(line))
    assert sum(off) == (base * bp + 5000) // 10000 if base else sum(off) == 0
    for line, part, cost in zip(lines, off, left, strict=True):
        assert 0 <= part <= cost
        if not one.is_for(line):
            assert part == 0
        elif base:
            assert abs(part - sum(off) * cost / base) < 1 + 1e-6 * part


@SLOW
@given(lines=LINES, amount=st.integers(1, 10**10))
def test_an_amount_takes_off_no_more_than_there_is(lines, amount):
    off = rules.parts(rule(amount_minor=amount), lines, [line.total_minor for line in lines])
    assert sum(off) == min(amount, sum(line.total_minor for line in lines))


RULES = st.lists(
    st.builds(
        lambda kind, bp, products: (kind, bp, products),
        st.sampled_from(rules.IN_ORDER), st.integers(1, rules.WHOLE_BP),
        st.frozensets(st.integers(1, 4), max_size=2),
    ),
    max_size=5,
)  # fmt: skip


@SLOW
@given(lines=LINES, made=RULES, together=st.sets(st.sampled_from(rules.PAIRS)))
def test_what_stands_together_is_allowed_and_no_single_rule_takes_more(lines, made, together):
    found = [
        rule(n, kind, percent_bp=bp, products=products)
        for n, (kind, bp, products) in enumerate(made)
    ]
    coupons = [one for one in found if one.kind == COUPON][1:]  # one code at a time
    found = [one for one in found if one not in coupons]
    outcome = rules.best(found, lines, together)
    left = [line.total_minor for line in lines]
    for n, (one, off) in enumerate(outcome.taken):
        left = [cost - less for cost, less in zip(left, off, strict=True)]
        for other, _off in outcome.taken[n + 1 :]:
            assert rules.pair(one.kind, other.kind) in together
    assert min(left) >= 0
    for one in found:
        alone = sum(rules.parts(one, lines, [line.total_minor for line in lines]))
        assert outcome.minor >= alone or (one.kind, one.kind) in together
    assert {one.id for one, _ in outcome.taken} | {one.id for one, _ in outcome.beside} == {
        one.id for one in found
    }


def test_of_two_that_do_not_go_together_the_buyer_gets_what_takes_more_off():
    lines = [Line(1, 3, 30000)]
    member, coupon = rule(1, MEMBER, percent_bp=1000), rule(2, COUPON, amount_minor=5000)
    outcome = rules.best([member, coupon], lines, [])
    assert outcome.taken == [(coupon, [5000])]
    assert outcome.beside == [(member, coupon)]
    both = rules.best([member, coupon], lines, [(MEMBER, COUPON)])
    assert both.taken == [(member, [3000]), (coupon, [5000])]
    assert both.beside == []


def test_three_kinds_stand_together_only_when_each_pair_does():
    lines = [Line(1, 1, 10000)]
    three = [rule(n, kind, percent_bp=1000) for n, kind in enumerate(rules.IN_ORDER)]
    some = rules.best(three, lines, [(MEMBER, AUTOMATIC), (MEMBER, COUPON)])
    assert [one.kind for one, _ in some.taken] == [MEMBER, AUTOMATIC]
    every = [(MEMBER, AUTOMATIC), (MEMBER, COUPON), (AUTOMATIC, COUPON)]
    assert rules.best(three, lines, every).minor == 1000 + 900 + 810


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ({"starts_at": NOW + timedelta(seconds=1)}, rules.NOT_YET),
        ({"ends_at": NOW}, rules.OVER),
        ({"members_only": True}, rules.MEMBERS),
        ({"products": frozenset({9})}, rules.NOT_FOR_THESE),
        ({"least_minor": 20001}, rules.TOO_LITTLE),
        ({"least_minor": 20000}, ""),
        ({"least_pieces": 4}, rules.TOO_FEW),
        ({"least_pieces": 3}, ""),
        ({"least_pieces": 3, "products": frozenset({1})}, rules.TOO_FEW),
    ],
)
def test_each_reason_is_found(terms, fault):
    lines = [Line(1, 2, 12000), Line(2, 1, 8000)]
    one = rule(percent_bp=1000, **terms)
    assert rules.fault_of(one, lines, is_member=False, now=NOW) == fault


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" welcome ", "WELCOME"), ("Ｗｅｌｃｏｍｅ１０", "WELCOME10"), ("慢窑-首单", "慢窑-首单"),
        ("ab", ""), ("<script>", ""), ("a" * 25, ""), ("", ""), ("wel come", "WELCOME"),
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_write_it(typed, code):
    assert rules.code_of(typed) == code
