"""Discounts of Slow Kiln, and orders with a code through the product's own verbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from banyan.catalog.models import Variant
from banyan.orders import queries as orders
from banyan.orders import visitors
from banyan.orders.actions import baskets, placing
from banyan.orders.models import Order
from banyan.orders.tests.conftest import (
    ADDRESS,
    books,
    capture,
    cup,
    in_balance,
    new_variant,
    order_of,
    pay_back,
    post,
    pot,
)  # fmt: skip
from banyan.pricing import rules
from banyan.pricing.actions import planning
from banyan.pricing.models import Coupon, Discount

__all__ = ["books", "capture", "cup", "in_balance", "new_variant", "order_of", "pay_back", "post",
           "pot"]  # fmt: skip


@pytest.fixture
def discount(kiln: Any, member_of: Any, cast: Any, now: datetime) -> Callable[..., Discount]:
    """An active one: discount(percent_bp=2000). By itself a coupon WELCOME, 10 % off."""

    def make(*, active: bool = True, **given: Any) -> Discount:
        kind = given.get("kind", rules.COUPON)
        terms: dict[str, Any] = {
            "kind": kind, "name": "Welcome", "code": "WELCOME" if kind == rules.COUPON else "",
            "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=7),
        }  # fmt: skip
        if kind == rules.COUPON:
            terms["most_each"] = 1
        if "amount_minor" not in given:
            terms["percent_bp"] = 1000
        mei = member_of(kiln, cast.mei)
        made = planning.draft(by=mei, now=now, **(terms | given))
        if active:
            planning.activate(discount=made, by=mei, now=now)
        return made

    return make


@pytest.fixture
def basket_of(kiln: Any, post: Any, now: datetime) -> Callable[..., Any]:
    """A basket, worked out: basket_of((cup, 2), person=cast.jonas, code="welcome")."""

    def fill(*things: tuple[Any, int], person: Any = None, code: str = "", email: str = "",
             at: datetime = now) -> Any:  # fmt: skip
        visitor = "" if person else visitors.new_key()
        for variant, count in things:
            fresh = Variant.objects.select_related("product").get(pk=variant.pk)
            basket = baskets.put_in(
                community=kiln, variant=fresh, quantity=count, person=person, visitor=visitor,
                now=at,
            )  # fmt: skip
        counted = orders.basket_at(id=basket.public_id, person=person, visitor=visitor, now=at)
        assert counted is not None
        counted.lower(code=code, email=person.email if person else email, now=at)
        return counted

    return fill


@pytest.fixture
def order_with(kiln: Any, post: Any, now: datetime) -> Callable[..., Order]:
    """Order with a code: order_with((cup, 2), person=cast.jonas, code="WELCOME")."""

    def place(
        *things: tuple[Any, int], person: Any = None, code: str = "",
        email: str = "guest@example.org", at: datetime = now, seen_total: int | None = None,
        address: placing.Address = ADDRESS,
    ) -> Order:  # fmt: skip
        visitor = "" if person else visitors.new_key()
        email = person.email if person else email
        for variant, count in things:
            fresh = Variant.objects.select_related("product").get(pk=variant.pk)
            basket = baskets.put_in(
                community=kiln, variant=fresh, quantity=count, person=person, visitor=visitor,
                now=at,
            )  # fmt: skip
        counted = orders.basket_at(id=basket.public_id, person=person, visitor=visitor, now=at)
        assert counted is not None
        counted.lower(code=code, email=email, now=at)
        offer = counted.offers("DE")[0]
        total = counted.totals(offer.price).total_minor
        return placing.place(
            basket_id=basket.public_id, person=person, visitor=visitor, email=email,
            address=address, rate_id=offer.pk, seen=counted.seen,
            seen_total=total if seen_total is None else seen_total, lang="en", now=at, code=code,
        )  # fmt: skip

    return place


def read(order: Order) -> Any:
    return Order.objects.whole(pk=order.pk)


def counts_hold() -> bool:
    """What every discount counts as issued are its coupons that were not let go."""
    for one in Discount.objects.all():
        states = Counter(Coupon.objects.filter(discount=one).values_list("state", flat=True))
        if not rules.fits_counts(states, one.issued):
            return False
        if one.most is not None and one.issued > one.most:
            return False
    return True
