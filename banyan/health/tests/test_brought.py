"""Members who were brought in beside those who came alone: sizes, who stays, what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from banyan.conftest import NOW
from banyan.content.actions import post as posts
from banyan.culture import actions as culture
from banyan.health import actions, brought
from banyan.orders.tests.conftest import capture, cup, new_variant, order_of, post
from banyan.sharing import visits
from banyan.sharing.tests.conftest import came_by, complete, give_back, links_of, offered

__all__ = ["capture", "complete", "cup", "give_back", "links_of", "new_variant", "offered",
           "order_of", "post"]  # fmt: skip
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def brings(kiln: Any, links_of: Any, new_person: Any) -> Any:
    """Somebody joins by a sharer's link, so many days ago: brings(cast.jonas, "Noor", 50)."""

    def make(sharer: Any, name: str, ago: int, *, acts: bool) -> Any:
        at, person = NOW - ago * DAY, new_person(name)
        seen = (came_by(links_of(sharer, at=at)["link"], at),)
        with visits.carrying(lambda: visits.Carried(seen, person.pseudonym)):
            member = culture.join(community=kiln, person=person, version=1, now=at)
        if acts:
            posts.publish(author=member, title="Back", now=at + 32 * DAY)
        return person

    return make


@pytest.fixture
def here(kiln, cast, member_of, brings, offered, came, said, order_of, complete, cup, links_of):
    """Jonas earns since 100 days: two of three he brought stay. Lan brings one. Two come alone."""
    from banyan.sharing.models import Promoter

    offered(cast.jonas)
    Promoter.objects.update(accepted_at=NOW - 100 * DAY)
    noor = brings(cast.jonas, "Noor", 60, acts=True)
    brings(cast.jonas, "Omar", 50, acts=True)
    brings(cast.jonas, "Pia", 45, acts=False)
    brings(cast.jonas, "Quin", 110, acts=True)  # before he earned
    brings(cast.lan, "Rosa", 50, acts=False)
    said(came("Sven", 60), 28)
    came("Tess", 60)
    at = NOW - 20 * DAY
    seen = (came_by(links_of(cast.jonas, at=at)["link"], at),)
    with visits.carrying(lambda: visits.Carried(seen, noor.pseudonym)):
        order = order_of((cup, 3), person=noor, at=at)
    complete(order, at)
    actions.sweep(kiln, now=NOW)
    return kiln


def test_each_group_stands_with_its_size(here):
    found = {one.key: one for one in brought.groups(here, NOW.date() - DAY)}
    stayed = {key: (one.stayed.part, one.stayed.whole) for key, one in found.items()}
    assert stayed == {"rewarded": (2, 3), "brought": (1, 2), "alone": (1, 2)}
    assert found["rewarded"].cost.minor == 2040
    assert found["rewarded"].each.minor == 1020
    assert found["alone"].each is None


def test_what_came_back_counts_by_order_and_lowers_the_cost(here, give_back):
    from banyan.orders.models import Order

    give_back(Order.objects.get(), 1, at=NOW - 10 * DAY)
    found = {one.key: one for one in brought.groups(here, NOW.date() - DAY)}
    assert (found["rewarded"].refunds.part, found["rewarded"].refunds.whole) == (1, 1)
    assert found["alone"].refunds.whole == 0
    assert found["rewarded"].cost.minor == 1360


def test_sales_are_told_by_how_far_the_buyer_came(here, cast, order_of, capture, cup):
    order = order_of((cup, 1), person=cast.lan, at=NOW - 5 * DAY)
    capture(order, at=NOW - 5 * DAY)
    depths = brought.sales_by_depth(here)
    assert [one.depth for one in depths] == [0, 1]
    assert sum(one.percent for one in depths) == 100
    assert depths[0].sales.minor == order.total_minor


def test_operators_read_it_beside_sharings_figures(here, cast):
    client = Client()
    client.force_login(cast.mei, backend="banyan.people.backends.PasswordBackend")
    page = client.get("/studio/kiln/sharing").content.decode()
    assert "Do they stay?" in page
    assert "2 of 3" in page
    assert "10.20" in page


def test_a_community_that_shares_nothing_is_not_asked(kiln, cast):
    actions.sweep(kiln, now=NOW)
    client = Client()
    client.force_login(cast.mei, backend="banyan.people.backends.PasswordBackend")
    assert "Do they stay?" not in client.get("/studio/kiln/sharing").content.decode()
    assert brought.sales_by_depth(kiln) == []
