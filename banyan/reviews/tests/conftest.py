"""Jonas has bought Slow Kiln's cup and it came; Lan has bought one that is still on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from banyan.catalog.tests.conftest import picture_bytes
from banyan.core import jobs
from banyan.orders.actions import fulfilling
from banyan.orders.models import Order
from banyan.orders.tests.conftest import capture, cup, new_variant, order_of, post, pot

__all__ = ["capture", "cup", "new_variant", "order_of", "picture_bytes", "post", "pot"]


@pytest.fixture
def bring(cast: Any, order_of: Any, capture: Any, now: datetime) -> Callable[..., Order]:
    """Order, pay, pack and ship: bring(person, cup); `to` is the state it ends in."""

    def deliver(person: Any, variant: Any, *, to: str = "received", count: int = 1) -> Order:
        order = order_of((variant, count), person=person, at=now)
        capture(order, at=now)
        steps: list[tuple[str, Callable[[Order], None]]] = [
            ("packed", lambda one: fulfilling.pack(order=one, by=cast.mei, now=now)),
            ("shipped", lambda one: fulfilling.ship(order=one, by=cast.mei, now=now)),
            ("received", lambda one: fulfilling.receive(order=one, by=person, now=now)),
            ("completed", lambda one: fulfilling.complete(order=one, now=now)),
        ]
        if to == "paid":
            return order
        for name, step in steps:
            step(Order.objects.select_related("community", "book", "person").get(pk=order.pk))
            if name == to:
                break
        order.refresh_from_db()
        return order

    return deliver


@pytest.fixture
def jonas(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.jonas)


@pytest.fixture
def lan(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.lan)


@pytest.fixture
def mei(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.mei)


@pytest.fixture
def a_picture(picture_bytes: Any) -> bytes:
    made: bytes = picture_bytes()
    return made


@pytest.fixture
def run_due() -> Callable[[datetime], int]:
    """The worker's turn at a moment."""
    return lambda now: jobs.run_due(now=now)
