"""A group buy of Slow Kiln's cup, and members who join it through the product's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from banyan.campaigns import listeners, rules
from banyan.campaigns.actions import closing, planning
from banyan.campaigns.models import Campaign, Claim, Seat, Team
from banyan.catalog.models import Variant
from banyan.culture import actions as culture
from banyan.orders import queries as orders
from banyan.orders.actions import baskets, placing
from banyan.orders.models import Order
from banyan.orders.tests.conftest import (
    ADDRESS,
    books,
    capture,
    cup,
    in_balance,
    new_variant,
    pay_back,
    post,
    pot,
)  # fmt: skip

__all__ = ["books", "capture", "cup", "in_balance", "new_variant", "pay_back", "post", "pot"]

STEPS = [(3, 6000), (5, 5000)]
SALE_PRICE = 5000


@pytest.fixture
def buy(kiln: Any, cup: Any, member_of: Any, cast: Any, now: datetime) -> Callable[..., Campaign]:
    """A group buy that is live: buy(steps=…, size=…). The cup alone costs 6800."""

    def make(**given: Any) -> Campaign:
        cup.product.book_currency = "CNY"
        terms = {
            "steps": STEPS, "size": 5, "hours": 24, "starts_at": now - timedelta(hours=1),
            "ends_at": now + timedelta(days=7), "most_each": 1,
        } | given  # fmt: skip
        mei = member_of(kiln, cast.mei)
        campaign = planning.draft(product=cup.product, by=mei, now=now, **terms)
        planning.put_up(campaign=campaign, by=mei, now=now)
        return campaign

    return make


@pytest.fixture
def join_in(kiln: Any, cup: Any, post: Any, now: datetime) -> Callable[..., Order]:
    """Order from a team (or open one): join_in(person, team_or_campaign)."""

    def place(person: Any, where: Team | Campaign, at: datetime = now) -> Order:
        kind = listeners.JOINING if isinstance(where, Team) else listeners.OPENING
        fresh = Variant.objects.select_related("product").get(pk=cup.pk)
        basket = baskets.for_deal(
            community=kiln, variant=fresh, person=person, kind=kind, id=where.pk, now=at
        )
        counted = orders.basket_at(id=basket.public_id, person=person, visitor="")
        assert counted is not None
        offer = counted.offers("DE")[0]
        return placing.place(
            basket_id=basket.public_id, person=person, visitor="", email=person.email,
            address=ADDRESS, rate_id=offer.pk, seen=counted.seen,
            seen_total=counted.totals(offer.price).total_minor, lang="en", now=at,
        )  # fmt: skip

    return place


@pytest.fixture
def crowd(kiln: Any, new_person: Any, now: datetime) -> Callable[[int], list[Any]]:
    """So many members more."""

    def make(count: int) -> list[Any]:
        people = [new_person(f"Buyer {n}") for n in range(count)]
        for person in people:
            culture.join(community=kiln, person=person, version=1, now=now)
        return people

    return make


@pytest.fixture
def team_of(buy: Any, join_in: Any, capture: Any, crowd: Any) -> Callable[..., Any]:
    """A team with so many paid members: (team, people, orders)."""

    def make(count: int, campaign: Campaign | None = None, **terms: Any) -> Any:
        campaign = campaign or buy(**terms)
        people = crowd(count)
        first = join_in(people[0], campaign)
        capture(first)
        team = Team.objects.get(seats__order=first)
        bought = [first]
        for person in people[1:]:
            bought.append(join_in(person, team))
            capture(bought[-1])
        team.refresh_from_db()
        return team, people, bought

    return make


@pytest.fixture
def finish() -> Callable[[datetime], None]:
    """What the sweep does at a moment."""

    def run(at: datetime) -> None:
        closing.close_due(now=at)
        closing.settle_closed(now=at)
        planning.keep_time(now=at)

    return run


def counts_hold() -> bool:
    """The counters of every team are its seats, and nothing is over the size."""
    for team in Team.objects.all():
        states = list(Seat.objects.filter(team=team).values_list("state", flat=True))
        if team.reserved != states.count(rules.RESERVED):
            return False
        if team.paid != sum(state in rules.IN for state in states):
            return False
        if team.paid + team.reserved > team.size:
            return False
    return True


@pytest.fixture
def sale(kiln: Any, cup: Any, member_of: Any, cast: Any, now: datetime) -> Callable[..., Campaign]:
    """A flash sale that is live: sale(size=…, most_each=…). The cup costs 6800."""

    def make(**given: Any) -> Campaign:
        cup.product.book_currency = "CNY"
        terms = {
            "steps": [(1, SALE_PRICE)], "size": 5, "most_each": 2, "kind": rules.FLASH_SALE,
            "starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=5),
        } | given  # fmt: skip
        mei = member_of(kiln, cast.mei)
        campaign = planning.draft(product=cup.product, by=mei, now=now, **terms)
        planning.put_up(campaign=campaign, by=mei, now=now)
        return campaign

    return make


@pytest.fixture
def buy_at(kiln: Any, cup: Any, post: Any, now: datetime) -> Callable[..., Order]:
    """Order so many in a sale: buy_at(person, campaign, 2)."""

    def place(person: Any, campaign: Campaign, quantity: int = 1, at: datetime = now) -> Order:
        fresh = Variant.objects.select_related("product").get(pk=cup.pk)
        basket = baskets.for_deal(
            community=kiln, variant=fresh, person=person, kind=listeners.BUYING, id=campaign.pk,
            now=at, quantity=quantity,
        )  # fmt: skip
        counted = orders.basket_at(id=basket.public_id, person=person, visitor="", now=at)
        if counted is None:  # ordered in another tab a moment ago
            raise placing.BasketGone
        offer = counted.offers("DE")[0]
        return placing.place(
            basket_id=basket.public_id, person=person, visitor="", email=person.email,
            address=ADDRESS, rate_id=offer.pk, seen=counted.seen,
            seen_total=counted.totals(offer.price).total_minor, lang="en", now=at,
        )  # fmt: skip

    return place


def taken_is_right(campaign: Campaign) -> bool:
    campaign.refresh_from_db()
    rows = Claim.objects.filter(campaign=campaign, state__in=rules.CLAIMS)
    return bool(campaign.taken == sum(rows.values_list("pieces", flat=True)) <= campaign.size)
