"""What something costs, and why. Modules above register calculators; the catalogue asks them.

A calculator sees the price found so far and may answer with another one: a tier's price, a flash
sale, a coupon. It must not read the database for each variant; load what it needs per request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banyan.core.money import Money

from .models import Variant


@dataclass(frozen=True, slots=True)
class Price:
    """`was` is the crossed-out price before, if any; `why` a word for the books, else ""."""

    amount: Money
    was: Money | None = None
    why: str = ""


Calculator = Callable[[Variant, Any, Price], Price | None]
_calculators: list[tuple[int, str, Calculator]] = []


def calculates(*, order: int = 50) -> Callable[[Calculator], Calculator]:
    """Register a calculator (variant, member, price so far) -> Price or None; low `order` first."""

    def register(calculator: Calculator) -> Calculator:
        name = f"{calculator.__module__}.{calculator.__qualname__}"
        if name not in {known for _, known, _ in _calculators}:
            _calculators.append((order, name, calculator))
            _calculators.sort(key=lambda row: row[:2])
        return calculator

    return register


def are_plain() -> bool:
    """Whether nobody calculates: then lists need no variants, only their figures."""
    return not _calculators


def list_price(price_minor: int, compare_minor: int | None, currency: str) -> Price:
    """The price as it stands in the catalogue."""
    before = compare_minor is not None and compare_minor > price_minor
    return Price(
        Money(price_minor, currency), Money(compare_minor or 0, currency) if before else None
    )


def price_of(variant: Variant, *, member: Any = None) -> Price:
    """What `variant` costs this member (None: a stranger) now. Needs `variant.product`."""
    price = list_price(variant.price_minor, variant.compare_minor, variant.product.currency)
    for _, _, calculator in _calculators:
        price = calculator(variant, member, price) or price
    return price
