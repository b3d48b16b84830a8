"""Campaigns: put up by the shop, groups opened and joined by members, closed by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from banyan.campaigns import listeners
from banyan.campaigns.actions import closing, planning
from banyan.campaigns.models import Seat, Team
from banyan.catalog.models import Product
from banyan.orders.actions import baskets, paying
from banyan.orders.models import Order
from banyan.payments import hearing
from banyan.payments import rules as payment_rules
from banyan.payments.models import PaymentRefund
from banyan.payments.providers import RefundWord

from ..plan.shapes import CampaignPlan, OrderPlan, Plan
from .hands import Hands

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    hours = {one.key: one.hours for one in plan.campaigns}
    for one in plan.campaigns:
        yield one.at, "campaigns", partial(put_up, one)
        if one.ends_at < plan.now:
            yield one.ends_at + timedelta(minutes=1), "campaigns", keep_time
    for order in plan.orders:
        if order.deal.startswith("open:"):
            key, _dash, _n = order.deal.removeprefix("open:").partition("/")
            assert order.paid_at is not None
            closes = order.paid_at + timedelta(hours=hours[key], seconds=20)
            if closes < plan.now:
                yield closes, "campaigns", close


def put_up(plan: CampaignPlan, hands: Hands, now: datetime) -> None:
    by = hands.members[hands.owners[plan.community], plan.community]
    pk = hands.products[plan.community, plan.product].pk
    product = Product.objects.with_currency().get(pk=pk)
    made = planning.draft(
        product=product, by=by, now=now, steps=plan.steps, size=plan.size, hours=plan.hours,
        starts_at=now, ends_at=plan.ends_at, kind=plan.kind, most_each=plan.most_each,
    )  # fmt: skip
    planning.put_up(campaign=made, by=by, now=now)
    hands.campaigns[plan.key] = made


def basket(plan: OrderPlan, variant: Any, hands: Hands, now: datetime) -> Any:
    """What a place in a group is bought with: a new one, or one that others opened."""
    way, _colon, team = plan.deal.partition(":")
    if way == "sale":
        kind, pk = listeners.BUYING, hands.campaigns[team].pk
    elif way == "open":
        kind, pk = listeners.OPENING, hands.campaigns[team.partition("/")[0]].pk
    else:
        kind, pk = listeners.JOINING, hands.teams[team].pk
    return baskets.for_deal(
        community=hands.places[plan.community], variant=variant, person=hands.people[plan.buyer],
        kind=kind, id=pk, now=now, quantity=plan.lines[0].quantity,
    )  # fmt: skip


def opened(plan: OrderPlan, order: Order, hands: Hands) -> None:
    """Remember the group that an order opened, for those who join it."""
    if plan.deal.startswith("open:"):
        hands.teams[plan.deal.removeprefix("open:")] = Team.objects.get(seats__order=order)


def close(hands: Hands, now: datetime) -> None:
    """What is due by the clock: groups close, differences and failed groups are paid back."""
    closing.close_due(now=now)
    closing.settle_closed(now=now)
    settled = Team.objects.filter(settled_at=now)
    for seat in Seat.objects.filter(team__in=settled).select_related("order"):
        pay_back(seat.order, now)


def keep_time(hands: Hands, now: datetime) -> None:
    planning.keep_time(now=now)


def pay_back(order: Order, now: datetime) -> None:
    """The provider says that the money is back, half a minute later."""
    waiting = PaymentRefund.objects.filter(
        payment__source_kind=paying.SOURCE, payment__source_id=order.pk,
        state__in=payment_rules.REFUND_OPEN,
    ).select_related("payment__book")  # fmt: skip
    for one in waiting:
        word = RefundWord(one.provider_key, payment_rules.EXECUTED, one.amount_minor, one.currency)
        hearing.settle_refund(one, word, now=now + timedelta(seconds=30))
