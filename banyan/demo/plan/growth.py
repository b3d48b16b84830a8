"""Who brings whom to the shops, what the shops take off, and what members buy together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from .crowd import Crowd
from .shapes import CampaignPlan, DiscountPlan, LinePlan, OfferPlan, OrderPlan, ProductPlan

SHARERS = {
    "kiln": ("sol", "lan", "kenji", "yusuf"), "four": ("lan", "sol"), "wax": ("hebei", "sol"),
}  # fmt: skip
BROUGHT = 0.16  # of members' orders that came by somebody's link


def bring(rng: Random, crowd: Crowd, orders: list[OrderPlan]) -> None:
    """Some members' orders come by a link that another member shared before."""
    for order in orders:
        known = [
            key for key in SHARERS[order.community]
            if key != order.buyer and crowd.here(key, order.community, order.at - timedelta(days=4))
        ]  # fmt: skip
        if known and order.buyer and not order.deal and rng.random() < BROUGHT:
            order.share = f"{rng.choice(known)}-{order.community}"


def offer(now: datetime) -> OfferPlan:
    """One shop pays for sharing; the two others do not."""
    return OfferPlan(
        community="kiln", rate_bp=800, cap_minor=3000, hold_days=14, at=now - timedelta(days=62),
        accepts=("sol", "lan", "kenji"), leaves="kenji", left_at=now - timedelta(days=9),
        paid_out="sol", paid_at=now - timedelta(days=6),
    )  # fmt: skip


def discounts(now: datetime) -> list[DiscountPlan]:
    day = timedelta(days=1)
    return [
        DiscountPlan(
            community="kiln", kind="coupon", name="First firing", code="FIRSTFIRING",
            percent_bp=1000, first_only=True, most=60, most_each=1, at=now - 48 * day,
            ends_at=now + 30 * day,
        ),
        DiscountPlan(
            community="kiln", kind="coupon", name="秋天的桌子", code="AUTUMN", amount_minor=2000,
            least_minor=15000, is_shown=True, most=40, most_each=1, at=now - 27 * day,
            ends_at=now + 12 * day,
        ),
        DiscountPlan(
            community="four", kind="automatic", name="三件九五折", percent_bp=500, least_pieces=3,
            at=now - 40 * day,
        ),
        DiscountPlan(
            community="wax", kind="member", name="Members pay less", percent_bp=500,
            members_only=True, at=now - 20 * day,
        ),
    ]  # fmt: skip


def codes(rng: Random, orders: list[OrderPlan], now: datetime) -> None:
    """Buyers who know a code write it down; it need not hold for what they buy."""
    for plan in discounts(now):
        for order in orders:
            if (plan.code and order.community == plan.community and order.at > plan.at
                    and not order.deal and not order.code and rng.random() < 0.3):  # fmt: skip
                order.code = plan.code


def campaigns(now: datetime) -> list[CampaignPlan]:
    hour = timedelta(hours=1)
    return [
        CampaignPlan(
            key="seconds", community="kiln", product="second", steps=((3, 5200), (5, 4700)),
            size=5, hours=48, at=now - 33 * 24 * hour, ends_at=now - 19 * 24 * hour,
        ),
        CampaignPlan(
            key="mugs", community="kiln", product="mug", steps=((2, 11800), (4, 10800)), size=6,
            hours=72, at=now - 80 * hour, ends_at=now + 9 * 24 * hour,
        ),
        CampaignPlan(
            key="bowls", community="kiln", product="tenmoku-bowl", steps=((1, 19800),), size=12,
            at=now - 20 * hour, ends_at=now + 28 * hour, kind="flash_sale", most_each=2,
        ),
    ]  # fmt: skip


STAFF = ("dara", "yusuf", "lan")  # whoever runs the shop holds no place in a group
# Of which group buy, how many hours after its beginning it was opened, how many buy
TEAMS = (("seconds", 20, 5), ("seconds", 122, 2), ("seconds", 190, 3), ("mugs", 16, 4),
         ("mugs", 58, 3))  # fmt: skip


def group_orders(
    rng: Random, buyer: Callable[[str, datetime], str],
    product: dict[tuple[str, str], ProductPlan], order: Callable[..., OrderPlan], now: datetime,
) -> None:  # fmt: skip
    """One order for each place in each group, opened by the first."""
    plans = {plan.key: plan for plan in campaigns(now)}
    sat: dict[str, set[str]] = {}
    for n, (key, hours, size) in enumerate(TEAMS, start=1):
        plan = plans[key]
        opened = plan.at + timedelta(hours=hours)
        closes = opened + timedelta(hours=plan.hours)
        goods = product[plan.community, plan.product]
        known = sat.setdefault(key, set())  # each buys once in a group buy
        is_first = True
        for place in range(size):
            at = opened + timedelta(hours=place * 5.3, minutes=rng.randrange(50))
            who = ""
            for _try in range(40):
                who = buyer(plan.community, at)
                if who and who not in known and who not in STAFF:
                    break
            else:
                continue
            line = LinePlan(product=goods.slug, variant=0, quantity=1,
                            price_minor=goods.variants[0].price_minor)  # fmt: skip
            made: OrderPlan = order(plan.community, who, at, [line], way="late")
            known.add(who)
            made.note = made.share = ""
            made.paid_at = made.at + timedelta(minutes=rng.randrange(2, 9))
            made.deal = f"{'open' if is_first else 'join'}:{plan.key}/{n}"
            is_first = False
            if closes < now and size >= plan.steps[0][0]:
                made.packed_at = closes + timedelta(hours=rng.uniform(20, 30))
                made.shipped_at = made.packed_at + timedelta(hours=2)
                made.carrier, made.tracking = "SF Express", f"SF{rng.randrange(10**9, 10**10)}"
                made.received_at = made.shipped_at + timedelta(days=rng.uniform(2, 4))
                made.completed_at = made.received_at
                made.received_by_buyer = True
    _in_sale(rng, plans["bowls"], buyer, product, order)


def _in_sale(
    rng: Random, plan: CampaignPlan, buyer: Callable[[str, datetime], str],
    product: dict[tuple[str, str], ProductPlan], order: Callable[..., OrderPlan],
) -> None:  # fmt: skip
    """Seven of twelve pieces are gone; nothing of it is packed yet."""
    goods = product[plan.community, plan.product]
    known: set[str] = set()
    for n, quantity in enumerate((1, 2, 1, 1, 2)):
        at = plan.at + timedelta(hours=1 + 3.4 * n, minutes=rng.randrange(50))
        who = next(
            (w for w in (buyer(plan.community, at) for _ in range(40))
             if w and w not in known and w not in STAFF), "",
        )  # fmt: skip
        if not who:
            continue
        known.add(who)
        line = LinePlan(product=goods.slug, variant=0, quantity=quantity,
                        price_minor=goods.variants[0].price_minor)  # fmt: skip
        made = order(plan.community, who, at, [line], way="late")
        made.paid_at = made.at + timedelta(minutes=rng.randrange(2, 9))
        made.note, made.deal = "", f"sale:{plan.key}"
