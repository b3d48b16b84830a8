"""Members of Slow Kiln who share its cup, and orders that come by it, by the product's verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from banyan.campaigns.tests.conftest import buy, crowd, join_in, team_of
from banyan.orders.actions import fulfilling, refunding
from banyan.orders.models import Order
from banyan.orders.tests.conftest import (
    books,
    capture,
    cup,
    in_balance,
    new_variant,
    order_of,
    pay_back,
    post,
    pot,
)
from banyan.sharing import things, visits
from banyan.sharing.actions import earning, linking
from banyan.sharing.models import Link, Offer

__all__ = [
    "books", "buy", "capture", "crowd", "cup", "in_balance", "join_in", "new_variant", "order_of",
    "pay_back", "post", "pot", "team_of",
]  # fmt: skip

DAY = timedelta(days=1)


@pytest.fixture
def links_of(kiln: Any, cup: Any, member_of: Any, now: datetime) -> Callable[..., dict[str, Link]]:
    """A member's own links to a product (the cup), by channel: links_of(cast.jonas)."""

    def make(person: Any, product: Any = None, at: datetime = now) -> dict[str, Link]:
        found = things.find(kiln, "product", (product or cup.product).public_id)
        assert found is not None
        rows = linking.share(member=member_of(kiln, person), thing=found, now=at)
        return {link.channel: link for link in rows}

    return make


def came_by(link: Link, at: datetime, visit: str = "") -> visits.Seen:
    return visits.Seen(link.community_id, link.pk, visit or f"{link.pk:x}-{at:%H%M%S%f}"[:16], at)


@pytest.fixture
def sent_by(order_of: Any, cup: Any) -> Callable[..., Order]:
    """An order whose buyer came by links: sent_by(link, person=…, at=…, touched=…)."""

    def place(*seen: Any, person: Any = None, at: Any, what: Any = None, **more: Any) -> Order:
        touches = tuple(s if isinstance(s, visits.Seen) else came_by(s, at) for s in seen)
        who = person.pseudonym if person else None
        with visits.carrying(lambda: visits.Carried(touches, who)):
            return order_of(what or (cup, 1), person=person, at=at, **more)

    return place


@pytest.fixture
def offered(kiln: Any, cast: Any, member_of: Any, now: datetime) -> Callable[..., Offer]:
    """A commission of Slow Kiln that these people have accepted: offered(cast.jonas, rate_bp=…)."""

    def make(*people: Any, **given: Any) -> Offer:
        terms = {"rate_bp": 1000, "second_bp": 0, "cap_minor": None, "hold_days": 14,
                 "product_ids": []} | given  # fmt: skip
        offer = earning.offer(by=member_of(kiln, cast.mei), now=now - DAY, **terms)
        for person in people:
            earning.accept(offer=offer, member=member_of(kiln, person), now=now - DAY)
        return offer

    return make


@pytest.fixture
def complete(capture: Any) -> Callable[..., Order]:
    """Pay, send and receive an order."""

    def run(order: Order, at: datetime) -> Order:
        capture(order, at=at)
        fulfilling.ship(order=order, by=None, now=at)
        fulfilling.receive(order=order, by=None, by_buyer=True, now=at)
        return again(order)

    return run


def again(order: Order) -> Order:
    found = Order.objects.whole_by_id(order.pk)
    assert found is not None
    return found


@pytest.fixture
def give_back() -> Callable[..., None]:
    """Refund so many pieces of an order's first line: give_back(order, 1, at=…)."""

    def run(order: Order, pieces: int, *, at: datetime, with_post: bool = False) -> None:
        fresh = again(order)
        refunding.refund(
            order=fresh, pieces={fresh.rows[0].pk: pieces}, with_post=with_post, restock=False,
            by=None, now=at,
        )  # fmt: skip

    return run
