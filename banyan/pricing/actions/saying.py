"""What discounts and coupons announce, said in one way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from banyan.core.events import announce

from ..events import CouponEvent, DiscountEvent
from ..models import Coupon, Discount


def say(kind: type[DiscountEvent], discount: Discount, *, now: datetime, by: Any = None) -> None:
    announce(
        kind(
            community_id=discount.community_id, object_id=discount.pk, now=now,
            actor=by.person.pseudonym if by else None, currency=discount.currency,
        )
    )  # fmt: skip


def say_of_coupon(
    kind: type[CouponEvent],
    coupon: Coupon,
    *,
    now: datetime,
    by: Any = None,
    amount_minor: int | None = None,
) -> None:
    """`by` is a person."""
    announce(
        kind(
            community_id=coupon.community_id, object_id=coupon.pk, now=now,
            actor=by.pseudonym if by else None, discount_id=coupon.discount_id,
            amount_minor=amount_minor,
        )
    )  # fmt: skip
