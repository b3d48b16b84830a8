import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.core.money import Money, exponent, largest_remainder, parse_minor, total

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(st.integers(-(10**12), 10**12), weights)
def test_parts_add_up_and_stay_within_one_of_their_exact_share(amount, weights):
    parts = largest_remainder(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights) or len(weights)
    shares = weights if sum(weights) else [1] * len(weights)
    for part, weight in zip(parts, shares, strict=True):
        assert abs(part * whole - amount * weight) < whole
        assert part * amount >= 0


def test_minor_digits_come_from_the_currency():
    assert [exponent(c) for c in ("CNY", "JPY", "KWD")] == [2, 0, 3]
    assert Money(1234567, "KWD").as_text() == "1234.567"
    assert Money(-5, "CNY").as_text() == "-0.05"
    assert Money(500, "JPY").as_text() == "500"


def test_people_read_money_as_they_write_it():
    assert Money(123450, "CNY").display("en") == "¥1,234.50"
    assert Money(15800, "CNY").display("zh-hans") == "¥158"
    assert Money(-15850, "CNY").display("en") == "-¥158.50"
    assert Money(123450, "USD").display("en") == "$1,234.50"


@pytest.mark.parametrize(
    ("text", "minor"),
    [("158", 15800), ("158.5", 15850), ("1,158.00", 115800), ("¥0.01", 1), ("9.990", 999)],
)
def test_what_people_type_becomes_minor_units(text, minor):
    assert parse_minor(text, "CNY") == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "1e400", "9" * 26, "➊", "1.234", "٣", ".", "1.2.3", "nan", "0x10"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):
        parse_minor(text, "CNY")


def test_currencies_do_not_mix_and_money_is_whole():
    with pytest.raises(ValueError):
        Money(1, "CNY") + Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1.5, "CNY")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(2, "CNY") * 1.5  # type: ignore[operator]
    assert total([], "CNY") == Money(0, "CNY")
    assert Money(10000, "CNY").basis_points(250) == Money(250, "CNY")
    assert [m.minor for m in Money(10, "CNY").share_out(3)] == [4, 3, 3]
