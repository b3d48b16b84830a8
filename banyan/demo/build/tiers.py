"""Slow Kiln sells two paid levels: who has one, lets it run out, tries it, was given it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from banyan.communities.models import Member
from banyan.payments import rules as payment_rules
from banyan.pricing.actions import planning
from banyan.tiers import rules
from banyan.tiers.actions import inner, joining, lasting, offering
from banyan.tiers.models import Tier

from ..plan.shapes import Plan
from . import trade
from .hands import Hands

PLACE, BEGINS = "kiln", 56
LEVELS = [
    ("Friends of the kiln", "Notes from each firing, with what went wrong, and a tenth off.", 3000,
     30_000, 14),
    ("开窑伙伴", "每次开窑先看先挑，失败的也给你看。", 8800, None, 0),
]  # fmt: skip
# days ago, why, level, who pays, for whom
PAID = [
    (50, rules.JOIN, 0, "lan", "lan"), (44, rules.JOIN, 0, "sol", "sol"),
    (33, rules.JOIN, 0, "yusuf", "yusuf"), (30, rules.UPGRADE, 1, "sol", "sol"),
    (21, rules.RENEW, 0, "lan", "lan"), (12, rules.GIFT, 0, "lan", "jonas"),
]  # fmt: skip
INSIDE = (
    "Cone 9 was down at half past four, an hour early. The back shelf took the ash and ran; the "
    "front is dry. Next time the damper closes at cone 7, and the big jars stand on the left."
)

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    def ago(days: float) -> datetime:
        return plan.now - timedelta(days=days)

    yield ago(BEGINS), "memberships", begin
    for days, why, level, payer, to in PAID:
        yield ago(days), "memberships", partial(pay, why, level, payer, to)
    yield ago(6), "memberships", partial(try_out, "kenji")
    yield ago(5), "memberships", write_inside
    yield ago(0.1), "memberships", lower_prices
    for days in range(BEGINS - 1, 0, -1):
        yield ago(days - 0.4), "memberships", settle


def _mei(hands: Hands) -> Member:
    return hands.members[hands.owners[PLACE], PLACE]


def _levels(hands: Hands) -> list[Tier]:
    return list(Tier.objects.of(hands.places[PLACE]).order_by("level"))


def begin(hands: Hands, now: datetime) -> None:
    mei = _mei(hands)
    for level, (name, words, month, year, trial) in enumerate(LEVELS, start=1):
        tier = offering.make(
            by=mei, now=now, name=name, words=words, level=level, month_minor=month,
            year_minor=year, trial_days=trial,
        )  # fmt: skip
        offering.turn(tier=tier, to=rules.ON, by=mei, now=now)


def _member(who: str, hands: Hands) -> Member | None:
    """Who is in by now."""
    found = hands.members.get((who, PLACE))
    if found is not None:
        found.refresh_from_db(fields=["state"])
    return found if found is not None and found.is_in else None


def pay(why: str, level: int, payer: str, to: str, hands: Hands, now: datetime) -> None:
    by, member = _member(payer, hands), _member(to, hands)
    if by is None or member is None:
        return
    tier = _levels(hands)[level]
    price = tier.price_minor(rules.MONTH)
    if why == rules.UPGRADE:
        price = joining.difference(joining.living(member.pk), tier=tier, now=now)
    bill = joining.ask(
        why=why, tier=tier, period=rules.MONTH, payer=by, member=member, price_minor=price or 0,
        key=f"demo-{why}-{now:%m%d}", now=now,
    )  # fmt: skip
    trade.hear(joining.pay(bill=bill, now=now), payment_rules.CAPTURED, now)


def try_out(who: str, hands: Hands, now: datetime) -> None:
    member = _member(who, hands)
    if member is not None:
        joining.begin_trial(tier=_levels(hands)[0], period=rules.MONTH, member=member, now=now)


def write_inside(hands: Hands, now: datetime) -> None:
    """The owner's newest post has more for members."""
    mei = _mei(hands)
    mine = [post for post in hands.posts.values() if post.author_id == mei.pk]
    if mine:
        newest = max(mine, key=lambda post: post.published_at or now)
        inner.write(post=newest, tier=_levels(hands)[0], body=INSIDE, by=mei, now=now)


def lower_prices(hands: Hands, now: datetime) -> None:
    made = planning.draft(
        by=_mei(hands), now=now, kind="member", name="Friends’ price", percent_bp=1000,
        tier=_levels(hands)[0], starts_at=now,
    )  # fmt: skip
    planning.activate(discount=made, by=_mei(hands), now=now)


def settle(hands: Hands, now: datetime) -> None:
    lasting.settle_due(now=now)
