"""Slow Kiln gives leaves: thank-yous for posts, a share of orders, and three rewards for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from banyan.communities.models import Member
from banyan.leaves import queries, rules, shared
from banyan.leaves.actions import giving, lots, rewards
from banyan.leaves.models import Exchange

from ..plan.shapes import Plan, PostPlan
from .hands import Hands

PLACE = "kiln"
THANKED = 0.3  # of what somebody liked enough to say so
MOST, MOST_TOGETHER = 4, 200  # thank-yous in a month, of one and of all
REWARDS = [
    ("A test tile of the last firing", "At the next gathering, or with your next parcel.", 100, 30),
    ("跟窑一天", "看林梅开一次窑，自己带一只杯子去烧。", 600, 4),
    ("A bag of ash from the kiln", "Two hundred grams, sieved. By post, we pay it.", 240, 12),
]

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    rng, day = Random(plan.seed + 7), timedelta(days=1)
    begins = plan.now - 58 * day
    thankful = _Thankful()
    yield begins, "leaves", begin
    for post in plan.posts:
        if post.community != PLACE:
            continue
        for who, at in post.likes:
            at += timedelta(minutes=rng.randrange(1, 9))
            if rng.random() < THANKED and begins < at < plan.now - timedelta(hours=1):
                yield at, "leaves", partial(thankful.thank, who, post)
    yield plan.now - 21 * day, "leaves", put_up
    for n, who in enumerate(("lan", "sol", "yusuf", "kenji")):
        yield plan.now - (9 - 2 * n) * day, "leaves", partial(take, who, n)
    at = begins + day
    while at < plan.now:
        yield at, "leaves", clear
        at += day
    yield plan.now - timedelta(minutes=1), "leaves", keep


def begin(hands: Hands, now: datetime) -> None:
    giving.change_terms(
        by=_owner(hands), now=now, month_minor=60_000, thanks_minor=60, thanks_a_month=5,
        order_bp=100, hold_days=14, expires_days=180,
    )  # fmt: skip


def _owner(hands: Hands) -> Member:
    return hands.members[hands.owners[PLACE], PLACE]


class _Thankful:
    """Who thanked whom so far: nothing is tried that the rules would refuse."""

    def __init__(self) -> None:
        self.given: list[tuple[int, int, datetime]] = []

    def may(self, giver: Member, receiver: Member, now: datetime) -> bool:
        lately = [(one, other) for one, other, at in self.given if at > now - timedelta(days=1)]
        month = [one for one, _other, at in self.given if at > now - timedelta(days=32)]
        return (
            giver.is_in
            and receiver.is_in
            and (giver.pk, receiver.pk) not in {(one, other) for one, other, _at in self.given}
            and month.count(giver.pk) < MOST
            and len(month) < MOST_TOGETHER
            and not rules.closes_a_circle(lately, giver=giver.pk, receiver=receiver.pk)
        )

    def thank(self, who: str, plan: PostPlan, hands: Hands, now: datetime) -> None:
        member, post = hands.members.get((who, PLACE)), hands.posts.get(plan.key)
        if member is None or post is None:
            return
        member.refresh_from_db(fields=["state"])
        post.author.refresh_from_db(fields=["state"])
        post.refresh_from_db(fields=["state"])
        if post.is_published and self.may(member, post.author, now):
            giving.thank(by=member, kind=rules.POST, thing=post, now=now)
            self.given.append((member.pk, post.author_id, now))


def put_up(hands: Hands, now: datetime) -> None:
    for title, words, price, stock in REWARDS:
        rewards.put_up(
            by=_owner(hands), title=title, words=words, price_minor=price, stock=stock, now=now
        )


def take(who: str, number: int, hands: Hands, now: datetime) -> None:
    """Who has enough takes what they can have; the first of them have it by now."""
    member = hands.members[who, PLACE]
    there = sum(lot.left_minor for lot in lots.usable(member.pk, now=now))
    fits = queries.rewards_here(hands.places[PLACE]).filter(price_minor__lte=there)
    for reward in fits.order_by("-price_minor")[:1]:
        taken = rewards.exchange(
            reward=reward, by=member, key="demo", price_minor=reward.price_minor, now=now
        )
        if number < 2:
            one = Exchange.objects.select_related("reward__book").get(pk=taken.pk)
            rewards.hand_over(exchange=one, by=_owner(hands), now=now + timedelta(hours=20))


def clear(hands: Hands, now: datetime) -> None:
    lots.clear_due(now=now)


def keep(hands: Hands, now: datetime) -> None:
    shared.keep(hands.places[PLACE], now=now)
