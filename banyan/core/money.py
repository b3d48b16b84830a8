"""Money: whole minor units and a currency. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel.core import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision


@lru_cache(maxsize=64)
def exponent(currency: str) -> int:
    """Digits after the point in this currency (CLDR): CNY 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units by `weights` so that the parts add up exactly.

    Each part is within 1 of its exact share; ties go to the earlier part. Weights >= 0; when all
    are 0 the parts are equal shares. A negative total splits like its mirror image.
    """
    if not weights or any(w < 0 for w in weights):
        raise ValueError("weights must be a non-empty list of numbers >= 0")
    if total < 0:
        return [-part for part in largest_remainder(-total, weights)]
    if sum(weights) == 0:
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * w // whole for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` units (integer) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is whole minor units")

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def share_out(self, count: int) -> list[Money]:
        """`count` parts that differ by at most one minor unit and add up exactly."""
        return self.split([1] * count)

    def split(self, weights: Sequence[int]) -> list[Money]:
        return [Money(p, self.currency) for p in largest_remainder(self.minor, weights)]

    def basis_points(self, bp: int) -> Money:
        """The share of `bp` hundredths of a percent, rounded half up."""
        return Money((self.minor * bp + 5000) // 10000, self.currency)

    def as_text(self) -> str:
        """Plain digits with a point: 158.00. For files and forms, never for people."""
        digits = exponent(self.currency)
        sign, n = ("-" if self.minor < 0 else ""), abs(self.minor)
        if digits == 0:
            return f"{sign}{n}"
        return f"{sign}{n // 10**digits}.{n % 10**digits:0{digits}d}"

    def display(self, language: str) -> str:
        """As people of `language` write it: ¥1,234.50 (whole amounts drop the zeros)."""
        from decimal import Decimal

        digits = exponent(self.currency)
        value = Decimal(self.minor).scaleb(-digits)
        locale = _locale(language)
        whole = self.minor % 10**digits == 0
        if self.currency == "CNY":  # CLDR says CN¥ in English; people here write ¥
            number = format_decimal(abs(value), "#,##0" if whole else "#,##0.00", locale=locale)
            return f"{'-' if self.minor < 0 else ''}¥{number}"
        text = format_currency(value, self.currency, locale=locale)
        if whole and digits:
            zeros = format_currency(Decimal(0), self.currency, locale=locale)
            point = next((c for c in ".," if c + "0" * digits in zeros), "")
            text = text.replace(f"{point}{'0' * digits}", "", 1) if point else text
        return text


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"), sep="_") if language else Locale("en")


def parse_minor(text: str, currency: str) -> int:
    """Minor units of what a person or a file wrote: "158", "158.5", "1,158.00".

    ValueError when it is not a plain amount, is negative, too precise or over 10^12 minor units.
    """
    cleaned = text.strip().replace(",", "").replace("，", "").lstrip("¥￥$€£").strip()
    whole, _, fraction = cleaned.partition(".")
    digits = exponent(currency)
    ascii_digits = set("0123456789")
    if not whole or not set(whole) <= ascii_digits or not set(fraction) <= ascii_digits:
        raise ValueError("not an amount")
    if len(fraction.rstrip("0")) > digits:
        raise ValueError("more decimals than the currency has")
    minor = int(whole) * 10**digits + int((fraction[:digits].ljust(digits, "0")) or 0)
    if minor > 10**12:
        raise ValueError("amount too large")
    return minor


def percent(bp: int) -> str:
    """Basis points as people write a share, without the sign and needless zeros: 12.5"""
    return f"{bp // 100}.{bp % 100:02d}".rstrip("0").rstrip(".")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result
