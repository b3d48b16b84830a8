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


def price_of(variant: Variant, *, member: Any = None) -> Price:
    """What `variant` costs this member (None: a stranger) now. Needs `variant.product`."""
    currency = variant.product.currency
    was = variant.compare_minor
    price = Price(
        Money(variant.price_minor, currency),
        Money(was, currency) if was is not None and was > variant.price_minor else None,
    )
    for _, _, calculator in _calculators:
        price = calculator(variant, member, price) or price
    return price
