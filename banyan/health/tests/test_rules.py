from __future__ import annotations

import pytest

from banyan.health import rules, stages


def test_survival_is_kaplan_and_meiers_estimate() -> None:
    """Six members: lost on days 1, 3 and 3, still here when last seen on days 2, 4 and 5."""
    curve = rules.survival(
        [(1, True, 1), (2, False, 1), (3, True, 2), (4, False, 1), (5, False, 1)]
    )
    assert [(p.day, p.at_risk, p.lost) for p in curve] == [(1, 6, 1), (3, 4, 2)]
    assert curve[0].share == pytest.approx(5 / 6)
    assert curve[1].share == pytest.approx(5 / 6 * 2 / 4)


def test_nobody_lost_is_a_flat_line_and_nobody_at_all_none() -> None:
    assert rules.survival([(4, False, 9)]) == []
    assert rules.survival([]) == []


def test_concentration_of_equal_authors_is_nothing_and_of_one_is_all() -> None:
    assert rules.gini([3, 3, 3, 3]) == pytest.approx(0)
    assert rules.gini([0, 0, 0, 12]) == pytest.approx(0.75)
    assert rules.gini([]) == 0
    # Eleven authors: the tenth, rounded up, are two of them.
    assert rules.top_share([1] * 9 + [5, 6]) == rules.Share(11, 20)


def test_a_share_of_few_is_not_told_and_has_a_wide_interval() -> None:
    few, many = rules.Share(3, 10), rules.Share(30, 100)
    assert not few.is_told
    assert many.is_told
    assert (many.percent, many.low, many.high) == (30, 22, 40)  # Wilson, 95 %
    assert rules.Share(0, 0).percent == 0


def two_camps(weeks: int = 6) -> dict[tuple[int, int], list[int]]:
    """Members 1 to 5 and 11 to 14 among themselves, and one thin tie between."""
    ties = {(a, b): [1] * weeks for a in range(1, 6) for b in range(a + 1, 6)}
    ties |= {(a, b): [1] * weeks for a in range(11, 15) for b in range(a + 1, 15)}
    return ties | {(5, 11): [1] + [0] * (weeks - 1)}


def test_groups_of_ties_are_found_and_always_the_same() -> None:
    label = rules.circles(two_camps())
    assert {label[m] for m in range(1, 6)} == {1}
    assert {label[m] for m in range(11, 15)} == {11}
    assert rules.circles(dict(reversed(two_camps().items()))) == label


def test_the_group_that_keeps_to_itself_is_not_the_largest() -> None:
    ties = two_camps()
    group = rules.sub_group(ties, rules.circles(ties), 6)
    # Six ties inside each week; in the first one of seven leads out.
    assert group == rules.Circle(key=11, members=4, active=4, inside_percent=86)
    one = {(a, b): [1] for a in range(4) for b in range(a + 1, 4)}
    assert rules.sub_group(one, rules.circles(one), 1) is None


def verdicts(**values: object) -> dict[str, stages.Verdict]:
    found = {
        key: values.get(key, {"value": 10**6 if not c.is_most else 0})
        for key, c in stages.BY_KEY.items()
    }
    return {
        key: stages.judge(
            c,
            found[key],
            stages.THRESHOLDS[c.threshold].usual if c.threshold else None,  # type: ignore[arg-type]
        )
        for key, c in stages.BY_KEY.items()
    }


def test_what_nothing_can_measure_yet_is_never_met_and_holds_nobody_back() -> None:
    all_met = verdicts()
    assert all_met["fit"].state == "unmeasured"
    assert stages.may_leave(stages.SEED, all_met)
    assert stages.may_leave(stages.SAPLING, all_met)
    assert stages.may_leave(stages.CANOPY, all_met)
    assert not all_met["fit"].is_met
    assert stages.may_leave(stages.MARKET, all_met), "product fit has no source yet"
    assert not stages.may_leave(stages.GROVE, all_met)


def test_each_criterion_can_hold_a_stage_back() -> None:
    for key, criterion in stages.BY_KEY.items():
        if not criterion.is_built or criterion.stage not in (
            stages.SEED, stages.SAPLING, stages.CANOPY, stages.MARKET
        ):  # fmt: skip
            continue
        worse = {"value": 10**6 if criterion.is_most else 0}
        assert not stages.may_leave(criterion.stage, verdicts(**{key: worse})), key
        few = {"value": worse["value"], "part": 1, "n": 2, "enough": False}
        assert verdicts(**{key: few})[key].state == "few"


def test_the_market_lets_in_who_names_products_and_can_be_paid() -> None:
    assert not stages.may_leave(stages.CANOPY, verdicts(mentions={"value": 19}))
    assert not stages.may_leave(stages.CANOPY, verdicts(payments={"value": 0}))


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("buyers", {"value": 29}), ("repeat", {"value": 19}), ("refunds", {"value": 9}),
        ("repeat", {"value": 50, "part": 1, "n": 2, "enough": False}), ("buyers", None),
    ],
)  # fmt: skip
def test_the_market_is_left_by_buyers_who_come_back_and_send_little_back(key, found) -> None:
    just = {"buyers": {"value": 30}, "repeat": {"value": 20}, "refunds": {"value": 8}}
    assert stages.may_leave(stages.MARKET, verdicts(**just))
    assert not stages.may_leave(stages.MARKET, verdicts(**{**just, key: found}))


def test_repair_begins_at_a_quarter_less_and_ends_after_two_weeks_in_band() -> None:
    usual = [20] * 8
    assert stages.is_in_repair([15, *usual], None, was=False, fall=25, times=2)
    assert not stages.is_in_repair([16, *usual], None, was=False, fall=25, times=2)
    # One week back in band is not enough, two are.
    assert stages.is_in_repair([19, 12, *usual], None, was=True, fall=25, times=2)
    assert not stages.is_in_repair([19, 19, *usual], None, was=True, fall=25, times=2)
    assert not stages.is_in_repair([1, *[4] * 8], None, was=False, fall=25, times=2), "too few"
    assert stages.is_in_repair([20, *usual], (0.2, 0.1), was=False, fall=25, times=2)


def test_dormant_is_eight_weeks_below() -> None:
    assert stages.is_dormant([(4, 100)] * 8, below=5)
    assert not stages.is_dormant([(5, 100), *[(4, 100)] * 7], below=5)
    assert not stages.is_dormant([(0, 100)] * 7, below=5)
