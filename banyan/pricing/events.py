from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banyan.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DiscountEvent(Event):
    """`object_id` is the discount."""

    object_kind: ClassVar[str] = "discount"


@dataclass(frozen=True, kw_only=True)
class DiscountBegan(DiscountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DiscountEnded(DiscountEvent):
    """By somebody of the shop, or by the clock (no actor)."""


@dataclass(frozen=True, kw_only=True)
class CouponEvent(Event):
    """`object_id` is the coupon, `discount_id` what it is of."""

    object_kind: ClassVar[str] = "coupon"
    discount_id: int


@dataclass(frozen=True, kw_only=True)
class CouponTaken(CouponEvent):
    """A member took it from the shop's page."""


@dataclass(frozen=True, kw_only=True)
class CouponUsed(CouponEvent):
    """Its order is paid; `amount_minor` is what it took off."""


@dataclass(frozen=True, kw_only=True)
class CouponGivenBack(CouponEvent):
    """Its order was let go, or paid back whole."""


@dataclass(frozen=True, kw_only=True)
class CouponRevoked(CouponEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TogetherChanged(Event):
    """`object_id` is the community; `pairs` which kinds go together from now on."""

    object_kind: ClassVar[str] = "community"
    pairs: list[str]
